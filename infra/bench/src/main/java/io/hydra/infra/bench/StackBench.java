package io.hydra.infra.bench;

import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.infra.stack.LlmSettings;
import io.hydra.infra.stack.StackConfig;
import io.hydra.infra.stack.StackConfig.Optimization;
import io.hydra.infra.stack.StackConfig.Tuning;
import io.hydra.runtime.service.Closer;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A measurement on a throw-away stack of its own. */
@Command(mixinStandardHelpOptions = true, sortOptions = false, showDefaultValues = true)
public abstract class StackBench implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @ParentCommand private BenchMain bench;

  @Spec private CommandSpec spec;

  /** Refuses options that make no sense, before anything starts. */
  protected void check() {}

  /**
   * Settings of the stack, whose LLM nobody asks.
   *
   * @param owner closes what they need when the stack has stopped
   */
  protected StackConfig config(Closer owner) {
    return StackConfig.defaults(home(), dir())
        .withTuning(Tuning.of(Optimization.USUAL))
        .withLlm(new LlmSettings.External("http://127.0.0.1:9/v1", "none"));
  }

  /** A page of one of the stack's components. */
  protected static HttpResponse<String> get(String url) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build();
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** Measures and prints; of the stack nothing runs yet. */
  protected abstract void measure(EmbeddedStack stack)
      throws ExecutionException, IOException, InterruptedException;

  @Override
  public final Integer call() throws InterruptedException {
    if (bench.home == null || bench.dir == null) {
      throw wrongUsage("it is run by the launcher: ./hydra bench");
    }
    check();
    try (Closer owner = new Closer();
        EmbeddedStack stack = EmbeddedStack.create(config(owner), err()::println)) {
      measure(stack);
    } catch (ExecutionException | IOException e) {
      throw new UserException("the bench cannot go on: " + e.getMessage(), e);
    }
    out().flush();
    return ExitCode.OK;
  }

  /** The project's top folder. */
  protected final Path home() {
    return bench.home;
  }

  /** The stack's folder. */
  protected final Path dir() {
    return bench.dir;
  }

  protected final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** For what is under way. */
  protected final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  protected final ParameterException wrongUsage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  protected final void requirePositive(int... numbers) {
    if (IntStream.of(numbers).anyMatch(number -> number < 1)) {
      throw wrongUsage("all numbers must be at least 1");
    }
  }
}

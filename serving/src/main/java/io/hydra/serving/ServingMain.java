package io.hydra.serving;

import io.hydra.llm.ApiKey;
import io.hydra.runtime.option.DurationConverter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Answers queries until it is told to stop. */
@Command(
    name = "serving",
    mixinStandardHelpOptions = true,
    description = "Answers the queries of hydra.queries, each in its user's own way.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:stopped as asked", "1:could not start, or could not go on", "2:usage"})
public final class ServingMain implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(ServingMain.class);

  @Mixin private ServingOptions options;

  public static void main(String[] args) {
    // The model's engine would look for newer natives and report its use.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new ServingMain())
        .registerConverter(Duration.class, new DurationConverter())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (error, command, parsed) -> {
              command.getErr().println("serving: " + error.getMessage());
              if (!(error instanceof StartException)) {
                log.error("serving ends", error);
              }
              return CommandLine.ExitCode.SOFTWARE;
            });
  }

  @Override
  public Integer call() {
    CountDownLatch ended = new CountDownLatch(1);
    try (Serving serving = Serving.open(options, apiKey())) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(serving, ended), "serving-stop"));
      log.info("ready: base {}, LLM {}", serving.baseVersion(), options.llmModel);
      serving.run();
      log.info("stopped");
      return CommandLine.ExitCode.OK;
    } finally {
      ended.countDown();
    }
  }

  private static String apiKey() {
    try {
      return ApiKey.from(System.getenv());
    } catch (IllegalArgumentException e) {
      throw new StartException(e.getMessage(), e);
    }
  }

  private static void stop(Serving serving, CountDownLatch ended) {
    serving.stop();
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

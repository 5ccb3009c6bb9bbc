package io.hydra.infra.cli;

import static io.hydra.infra.fault.TrialStack.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.infra.output.Json;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.testing.Await;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/** A user of a running stack who never writes anything and says what they think of its answers. */
final class JudgingUser {
  private static final Duration ROUND = Duration.ofMillis(50);

  private final String tenant;
  private final String name;
  private final Path dir;
  private final TaskSpec task;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /**
   * @param dir of the stack
   */
  JudgingUser(String tenant, String name, Path dir, TaskSpec task) {
    this.tenant = tenant;
    this.name = name;
    this.dir = dir;
    this.task = task;
  }

  /** The response as {@code hydra ask --json} prints it. */
  JsonNode ask(String text) throws IOException {
    assertThat(run("ask", "--timeout", PATIENCE, "--task", task.id(), "--json", text))
        .as(err.toString())
        .isZero();
    return Json.parse(out.toString(), JsonNode.class);
  }

  /** The explanation that {@code hydra ask --explain} prints. */
  String explain(String text) {
    assertThat(run("ask", "--timeout", PATIENCE, "--task", task.id(), "--explain", text))
        .as(err.toString())
        .isZero();
    return out.toString();
  }

  /** The exit code and what was printed. */
  String judge(String queryId, String... verdict) {
    List<String> arguments = new ArrayList<>(List.of("--query", queryId, "--timeout", PATIENCE));
    arguments.addAll(Arrays.asList(verdict));
    int exit = run("feedback", arguments.toArray(String[]::new));
    return exit + ": " + out + err;
  }

  /** Asks until the head has learned from so many verdicts. */
  JsonNode askUntilTheHeadKnows(int verdicts, String text) {
    return Await.until(
        verdicts + " verdicts known",
        ROUND,
        () -> ask(text),
        response -> response.path("head").path("verdicts").asInt() == verdicts);
  }

  /** The exit code of an export of this user's head, and what was printed. */
  String export(Path file, String... options) {
    List<String> arguments = new ArrayList<>(List.of("--task", task.id(), "--to", file.toString()));
    arguments.addAll(Arrays.asList(options));
    int exit = run("head", arguments.toArray(String[]::new));
    return exit + ": " + out + err;
  }

  /** The exit code of {@code hydra worth} for this one's tenant, and what was printed. */
  String worth() {
    int exit = execute(List.of("worth", "--tenant", tenant, "--dir", dir.toString()));
    return exit + ": " + out + err;
  }

  private int run(String command, String... arguments) {
    List<String> all = new ArrayList<>(List.of(command, "--user", name, "--tenant", tenant));
    all.addAll(List.of("--dir", dir.toString()));
    all.addAll(Arrays.asList(arguments));
    return execute(all);
  }

  private int execute(List<String> all) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine line = HydraCli.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(all.toArray(String[]::new));
  }
}

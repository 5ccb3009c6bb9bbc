package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.infra.output.Json;
import io.hydra.infra.process.JavaCommand;
import io.hydra.infra.training.SampleGenerator;
import io.hydra.schemas.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher as the script starts it, the evaluator a real process. */
class EvaluateIT {
  private static final Path HOME = Path.of(System.getProperty("hydra.home"));
  private static final long SEED = 7;
  private static final int TRAIN_USERS = 30;
  private static final int DEV_USERS = 15;
  private static final String SIMULATED = "a SIMULATED one answers";

  @TempDir static Path shared;
  private static Path sample;

  @TempDir Path dir;
  private Path temp;
  private Path stdout;
  private Path stderr;
  private Process launcher;

  @BeforeAll
  static void makeASample() {
    sample = shared.resolve("sample");
    new SampleGenerator(SEED, TRAIN_USERS, DEV_USERS).write(sample);
  }

  @BeforeEach
  void folders() throws IOException {
    temp = Files.createDirectory(dir.resolve("tmp"));
    stdout = dir.resolve("stdout");
    stderr = dir.resolve("stderr");
  }

  @AfterEach
  void leavesNoProcessAndNoFileBehind() throws IOException {
    List<ProcessHandle> left = launcher.descendants().toList();
    launcher.destroyForcibly();
    left.forEach(ProcessHandle::destroyForcibly);
    assertThat(left).isEmpty();
    try (Stream<Path> files = Files.list(temp)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void comparesMethodsOnTheSimulatedLlmAndAsksNothingTwice() throws Exception {
    List<String> words = evaluate("out", "--methods", "rag,hydra", "--base-calls", "20");

    assertThat(run(words)).as(Files.readString(stderr)).isZero();

    assertThat(Files.readString(stderr)).contains(SIMULATED);
    assertThat(Files.readString(stdout))
        .contains("written to")
        .containsPattern("(?m)^[1-9]\\d* LLM calls made, 0 answered");
    JsonNode report = report("out");
    assertThat(report.path("task").asText()).isEqualTo("sample");
    assertThat(report.path("users").asInt()).isEqualTo(DEV_USERS);
    assertThat(report.path("facts").path("llmSimulated").asBoolean()).isTrue();
    assertThat(report.path("facts").path("llm").asText()).matches("simulated [0-9a-f]{12}");
    assertThat(report.path("methods").path("hydra").path("accuracy").isNumber()).isTrue();
    assertThat(report.path("methods").path("rag").path("accuracy").asDouble()).isPositive();
    assertThat(report.path("versus").path("rag").path("accuracy").path("low").isNumber()).isTrue();

    assertThat(run(words)).as(Files.readString(stderr)).isZero();
    assertThat(Files.readString(stdout)).containsPattern("(?m)^0 LLM calls made, [1-9]");
  }

  @Test
  void withFoldsEveryUserIsMeasuredOnceByAPriorOfTheFold() throws Exception {
    assertThat(run(evaluate("out", "--methods", "rag", "--base-calls", "0", "--folds", "2")))
        .as(Files.readString(stderr))
        .isZero();
    assertThat(report("out").path("users").asInt()).isEqualTo(TRAIN_USERS + DEV_USERS);
  }

  @Test
  void aLauncherThatIsStoppedStopsTheEvaluator() throws Exception {
    start(evaluate("out"));
    await(stderr, SIMULATED);
    List<ProcessHandle> children = launcher.descendants().toList();
    assertThat(children).isNotEmpty();

    launcher.destroy();

    assertThat(launcher.waitFor()).isEqualTo(143);
    for (ProcessHandle child : children) {
      ProcessHandle gone = child.onExit().join();
      assertThat(gone.isAlive()).isFalse();
    }
  }

  @Test
  void theEvaluatorRefusesAnUnknownOptionBeforeAnyLlmIsStarted() throws Exception {
    assertThat(run(evaluate("out", "--no-such-option"))).isEqualTo(2);
    assertThat(Files.readString(stderr))
        .contains("Unknown option: '--no-such-option'")
        .doesNotContain(SIMULATED);
  }

  @Test
  void helpIsTheEvaluatorsAndTellsOfTheSimulatedLlm() throws Exception {
    assertThat(run(List.of("evaluate", "--help"))).isZero();
    assertThat(Files.readString(stdout)).contains("--own-tastes").contains("a SIMULATED LLM");
    assertThat(stderr).isEmptyFile();
  }

  private List<String> evaluate(String out, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("evaluate", "--data", sample.toString(), "--out", dir.resolve(out).toString()));
    // What words alone cannot show is shown by the evaluator's own tests.
    words.addAll(List.of("--encoder", "none"));
    words.addAll(List.of(more));
    return words;
  }

  private JsonNode report(String out) throws IOException {
    return Json.read(dir.resolve(out).resolve("report.json"), JsonNode.class);
  }

  private int run(List<String> words) throws Exception {
    start(words);
    return launcher.waitFor();
  }

  private void start(List<String> words) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dhydra.home=" + HOME,
                "-Djava.io.tmpdir=" + temp,
                "-cp",
                JavaCommand.classpath(HOME, "infra/stack"),
                HydraCli.class.getName()));
    command.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("HYDRA_"));
    launcher = builder.redirectOutput(stdout.toFile()).redirectError(stderr.toFile()).start();
  }

  private void await(Path file, String text) {
    Await.until(
        text,
        () -> {
          assertThat(launcher.isAlive()).as(Files.readString(stderr)).isTrue();
          return Files.readString(file).contains(text);
        });
  }
}

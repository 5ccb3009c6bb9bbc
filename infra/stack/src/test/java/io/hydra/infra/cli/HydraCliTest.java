package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.stack.LlmSettings;
import io.hydra.infra.stack.StackConfig.Optimization;
import io.hydra.infra.stack.StackConfig.Tuning;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class HydraCliTest {
  @TempDir Path dir;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String homeBefore;

  @BeforeEach
  void pretendAnUnbuiltProject() {
    homeBefore = System.getProperty("hydra.home");
    System.setProperty("hydra.home", dir.toString());
  }

  @AfterEach
  void restore() {
    if (homeBefore == null) {
      System.clearProperty("hydra.home");
    } else {
      System.setProperty("hydra.home", homeBefore);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "up",
        "down",
        "status",
        "lag",
        "load",
        "ask",
        "feedback",
        "history",
        "forget",
        "rebuild"
      })
  void everyCommandExplainsItself(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString()).contains("Usage: hydra " + command).contains("--dir");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void anUnknownOptionIsWrongUsage() {
    assertThat(run("status", "--no-such-option")).isEqualTo(2);
    assertThat(err.toString()).contains("--no-such-option");
  }

  @Test
  void askingWithoutAStackIsOneClearLine() {
    assertThat(run("ask", "--user", "ann", "--task", "LaMP_3", "text")).isEqualTo(1);
    assertOneLine("no stack runs in");
  }

  @Test
  void historyWithoutAStackLeavesStdoutEmpty() {
    assertThat(run("history", "--user", "ann", "--task", "LaMP_3", "--json")).isEqualTo(1);
    assertOneLine("start one with hydra up");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void forgettingWithoutAStackIsOneClearLine() {
    assertThat(run("forget", "--user", "ann")).isEqualTo(1);
    assertOneLine("start one with hydra up");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aMomentThatIsNoneIsWrongUsage() {
    assertThat(run("forget", "--user", "ann", "--up-to", "yesterday")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--up-to")
        .contains("2026-01-31T10:00:00Z")
        .doesNotContain("java.time");
  }

  @Test
  void wrongUsageIsTwoLinesAndNotAPageOfHelp() {
    assertThat(run("ask", "--user", "ann", "--task", "LaMP_3", "Two", "words")).isEqualTo(2);
    assertThat(err.toString().strip().lines())
        .satisfiesExactly(
            first -> assertThat(first).contains("'words'").contains("needs quotes"),
            second -> assertThat(second).isEqualTo("See: hydra ask --help"));
  }

  @Test
  void withoutArgumentsItExplainsItself() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).startsWith("Usage: hydra").contains("  status ", "  ask ");
  }

  @ParameterizedTest
  @CsvSource({
    "askk, ask",
    "aks, ask",
    "statsu, status",
    "quick, quickstart",
    "deadletters, dead-letters"
  })
  void aMisspelledCommandIsNamedWithWhatIsLikeIt(String word, String command) {
    assertThat(run(word, "--user", "ann", "text")).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(
            "hydra: there is no command " + word, "Did you mean: hydra " + command + "?");
  }

  @Test
  void optionsThatExcludeEachOtherAreToldWithOnePrefix() {
    assertThat(run("feedback", "--user", "ann", "--query", "q", "--accept", "--reject"))
        .isEqualTo(2);
    assertThat(err.toString()).startsWith("hydra: --accept, --reject are mutually exclusive");
  }

  @Test
  void aPortThatIsNoneIsToldByItsOption() {
    assertThat(run("up", "--gateway-port", "99999")).isEqualTo(2);
    assertThat(err.toString()).contains("--gateway-port", "0 to 65535");
  }

  @Test
  void aMisspelledOptionIsNamedAndNotTheOneThatIsMissing() {
    assertThat(run("ask", "--usr", "ann", "--task", "LaMP_3", "text")).isEqualTo(2);
    assertThat(err.toString()).contains("'--usr'", "--user").doesNotContain("Missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2099-01-01T00:00:00Z", "1969-12-31T23:59:59Z"})
  void aMomentThatTheStreamProcessorWouldRefuseIsRefusedBeforeAnythingIsSent(String moment) {
    assertThat(run("forget", "--user", "ann", "--up-to", moment)).isEqualTo(2);
    assertThat(err.toString()).contains("--up-to").doesNotContain("no stack runs");
  }

  @Test
  void aNamedSystemIsReachedWithoutAStack() {
    assertThat(
            run(
                "history",
                "--user",
                "ann",
                "--task",
                "LaMP_3",
                "--redis-url",
                "redis://:secret@127.0.0.1:9"))
        .isEqualTo(1);
    assertOneLine("Redis at redis://:***@127.0.0.1:9 does not answer");
  }

  @Test
  void statusOfADeploymentElsewhereSaysWhatAnswers() {
    assertThat(run("status", "--redis-url", "redis://:secret@127.0.0.1:9")).isEqualTo(1);
    assertThat(out.toString())
        .contains("redis", "Redis does not answer", "redis://:***@127.0.0.1:9");
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "load",
        "ask",
        "feedback",
        "history",
        "forget",
        "rebuild",
        "status",
        "topics",
        "dead-letters"
      })
  void everyCommandThatReachesADeploymentSaysHowItIsNamed(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString())
        .contains("--endpoints=FILE", "HYDRA_BOOTSTRAP_SERVERS")
        .contains("--bootstrap-servers", "--schema-registry-url", "--kafka-properties");
  }

  @Test
  void aQueryWithoutTextOrTimeIsWrongUsage() {
    assertThat(run("ask", "--user", "ann", "--task", "LaMP_3", " ")).isEqualTo(2);
    assertThat(err.toString()).contains("TEXT is empty");
    err.getBuffer().setLength(0);
    assertThat(run("ask", "--user", "ann", "--task", "LaMP_3", "--timeout", "0", "text"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--timeout must be at least 1 second");
    assertThat(run("ask", "--user", "ann", "--task", "LaMP_3", "--timeout", "500ms", "text"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("must be whole seconds");
    assertThat(run("ask", "--user", "ann", "--task", "LaMP_3", "--timeout", "1min", "text"))
        .as("no stack, but a time")
        .isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "up",
        "down",
        "status",
        "load",
        "ask",
        "feedback",
        "history",
        "forget",
        "rebuild",
        "topics"
      })
  void everyCommandTellsItsExitCodes(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString()).contains("Exit codes:", " 0 ", " 1 ", " 2   wrong usage");
  }

  @Test
  void loadingAMissingFolderIsOneClearLine() {
    assertThat(run("load", dir.resolve("nowhere").toString())).isEqualTo(1);
    assertOneLine("nowhere: no such file or folder");
  }

  @Test
  void aMalformedTaskNamesTheRule() {
    assertThat(run("ask", "--user", "ann", "--task", "a b", "text")).isEqualTo(1);
    assertOneLine("no stack runs in");
    assertThat(run("ask", "--user", " ", "--task", "a", "text")).isEqualTo(1);
    assertThat(err.toString()).contains("user_id must not be empty");
  }

  @Test
  void aBaseThatIsNotThereIsToldBeforeAnythingStarts() {
    assertThat(run("up", "--base", dir.resolve("nowhere").toString())).isEqualTo(1);
    assertOneLine("hydra train-base");
  }

  @Test
  void aBaseThatCannotBeServedIsToldBeforeAnythingStarts() throws IOException {
    Path base = Files.createDirectory(dir.resolve("base"));
    Files.writeString(base.resolve("manifest.json"), "{\"format\":2,\"version\":\"b0\"}");
    assertThat(run("up", "--base", base.toString())).isEqualTo(1);
    assertOneLine("has format 2, this program reads 12 to 14; train it again");
    err.getBuffer().setLength(0);
    assertThat(run("up", "--dir", dir.toString())).isEqualTo(1);
    assertOneLine("train it again, or remove " + base + " and hydra up does it");
    err.getBuffer().setLength(0);
    Files.writeString(
        base.resolve("manifest.json"), "{\"format\":12,\"version\":\"b0\",\"report\":{}}");
    Files.writeString(
        base.resolve("catalogue.yaml"),
        "tasks: [{id: mine, instruction: Do it., metric: ROUGE, margin: 2}]");
    assertThat(run("up", "--base", base.toString())).isEqualTo(1);
    assertOneLine("catalogue.yaml, task mine: margin must be at least 0 and below 1");
  }

  @Test
  void theNextBaseOfLastTimeIsStartedAgainUnlessOneIsNamed() throws IOException {
    Path next = Files.createDirectory(dir.resolve("next"));
    Files.writeString(next.resolve("manifest.json"), "{\"format\":2,\"version\":\"b0\"}");
    Files.writeString(dir.resolve("served-base"), dir.resolve("base") + "\n" + next + "\n");
    assertThat(run("up", "--dir", dir.toString())).isEqualTo(1);
    assertOneLine(
        "has format 2, this program reads 12 to 14; train it again, or --next-base DIR starts");
    err.getBuffer().setLength(0);
    assertThat(run("up", "--dir", dir.toString(), "--base", dir.resolve("none").toString()))
        .isEqualTo(1);
    assertOneLine("--base " + dir.resolve("none") + ": there is no such folder");
  }

  @Test
  void whatADemoStartsIsNotOptimizedInTheMinuteThatItRuns() {
    CommandLine hydra = HydraCli.commandLine();
    var unused = hydra.parseArgs("demo");
    DemoCommand demo = hydra.getSubcommands().get("demo").getCommand();
    assertThat(demo.config(dir, new LlmSettings.Simulated(List.of())).tuning())
        .isEqualTo(Tuning.of(Optimization.NEVER));
  }

  @Test
  void demoWithAMissingOrMalformedFolderIsOneClearLine() throws IOException {
    assertThat(run("demo", "--data", dir.resolve("nowhere").toString())).isEqualTo(1);
    assertOneLine("no such folder");
    err.getBuffer().setLength(0);
    Files.writeString(dir.resolve("train_questions.json"), "[{\"id\":");
    Files.writeString(dir.resolve("train_outputs.json"), "{\"golds\":[]}");
    assertThat(run("demo", "--data", dir.toString())).isEqualTo(1);
    assertOneLine("train_questions.json: not valid JSON at line 1");
  }

  @Test
  void theReportOfAnEarlierDemoDoesNotOutliveADemoThatFails() throws IOException {
    Path report = dir.resolve("reports/report.json");
    Files.createDirectories(report.getParent());
    Files.writeString(report, "{}");
    assertThat(run("demo", "--report", report.toString(), "--data", dir.toString())).isEqualTo(1);
    assertThat(report).doesNotExist();
    assertThat(report.getParent()).isEmptyDirectory();
  }

  @Test
  void aReportThatCannotBeWrittenIsToldBeforeAnythingStarts() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "");
    assertThat(run("demo", "--report", file.resolve("report.json").toString())).isEqualTo(1);
    assertOneLine("report.json cannot be written");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void statusOfNothingIsNotRunning() {
    assertThat(run("status", "--json")).isEqualTo(1);
    assertThat(out.toString()).contains("\"running\" : false");
  }

  @Test
  void downOfNothingIsFine() {
    assertThat(run("down")).isZero();
    assertThat(out.toString()).contains("nothing runs");
  }

  @Test
  void trainBaseLeavesItsOptionsToItsProgram() {
    // Even --help is that program's: here it is not built.
    assertThat(run("train-base", "--help")).isEqualTo(1);
    assertOneLine("trainer/base is not built");
  }

  @Test
  void evaluateLeavesItsOptionsToTheEvaluator() {
    assertThat(run("evaluate", "--help")).isEqualTo(1);
    assertOneLine("infra/evaluation is not built");
    err.getBuffer().setLength(0);
    assertThat(run("evaluate", "--data", "d", "--no-such-option")).isEqualTo(1);
    assertOneLine("infra/evaluation is not built");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "nonsense", "history --users 5"})
  void benchLeavesItsWordsToTheProgramThatMeasures(String words) {
    assertThat(run(("bench " + words).split(" "))).isEqualTo(1);
    assertOneLine("infra/bench is not built");
  }

  private int run(String... arguments) {
    CommandLine line = HydraCli.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  private void assertOneLine(String part) {
    assertThat(err.toString().strip().lines()).singleElement().asString().contains(part);
  }
}

package io.hydra.runtime.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.config.UserException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class ProgramTest {
  private final StringWriter err = new StringWriter();

  @Command(name = "program")
  private static final class Fake implements Callable<Integer> {
    private final Exception failure;

    @Option(
        names = "--wait",
        defaultValue = "${env:HYDRA_NEVER_SET:-2s}",
        description = "Before it is done.")
    private Duration wait;

    @Option(names = "--only")
    private Pattern only;

    Fake(Exception failure) {
      this.failure = failure;
    }

    @Override
    public Integer call() throws Exception {
      if (failure != null) {
        throw failure;
      }
      return (int) wait.toSeconds();
    }
  }

  private int run(Exception failure, String... arguments) {
    return Program.commandLine(new Fake(failure))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @Test
  void durationsAreReadInEveryProgram() {
    assertThat(run(null)).isEqualTo(2);
    assertThat(run(null, "--wait", "PT7S")).isEqualTo(7);
    assertThat(run(null, "--wait", "2min")).isEqualTo(120);
    assertThat(run(null, "--wait", "PT-1S")).isEqualTo(2);
    assertThat(err.toString()).contains("--wait");
  }

  @Test
  void theHelpNamesTheVariableOfADefault() {
    assertThat(Program.commandLine(new Fake(null)).getUsageMessage())
        .containsSubsequence("Before it is done.", "Environment: HYDRA_NEVER_SET.");
  }

  @Test
  void aFailureThatTheUserCanMendIsOneLine() {
    assertThat(run(new UserException("no base in folder x: train one"))).isEqualTo(1);
    assertThat(err).hasToString("program: no base in folder x: train one" + System.lineSeparator());
  }

  @Test
  void anUnexpectedFailureIsShownByItsRoot() {
    Exception failure = new IllegalStateException("outer", new IllegalArgumentException("root"));
    assertThat(run(failure)).isEqualTo(1);
    assertThat(err).hasToString("program: root" + System.lineSeparator());
  }

  @Test
  void anOptionIsNamedWithoutItsValueAndBesideWhatIsLikeIt() {
    assertThat(run(null, "--wiat=5s of ann", "ann")).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly("program: Unknown option: '--wiat'", "Did you mean: --wait?");
  }

  @Test
  void aPatternThatIsNoneIsToldWithoutAClass() {
    assertThat(run(null, "--only", "a(")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--only", "'a(' is not a regular expression: Unclosed group")
        .doesNotContain("java.util");
  }

  @Test
  void wrongUsageIsTwo() {
    assertThat(run(null, "--wait", "soon")).isEqualTo(2);
    assertThat(run(null, "--nothing")).isEqualTo(2);
    assertThat(err.toString().lines())
        .as("the reason, with no page of help behind it")
        .hasSize(4)
        .contains("program: Unknown option: '--nothing'", "See: program --help");
  }
}

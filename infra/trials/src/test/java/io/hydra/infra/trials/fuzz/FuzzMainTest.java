package io.hydra.infra.trials.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.runtime.service.Program;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class FuzzMainTest {
  private final StringWriter out = new StringWriter();

  private int run(String... arguments) {
    CommandLine line = Program.commandLine(new FuzzMain());
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(out));
    return line.execute(arguments);
  }

  @Test
  void noMutantBringsDownWhatReadsIt() {
    assertThat(run("--records", "5000", "--seed", "7")).as("%s", out).isZero();
    assertThat(out.toString()).contains("0 crashes");
  }

  @Test
  void oneMutantOfOneEntryCanBeRunAgain() {
    assertThat(run("--entry", "views", "--index", "17")).as("%s", out).isZero();
    assertThat(out.toString()).contains("1 records, 0 crashes");
  }

  @Test
  void anUnknownEntryAnIndexWithoutEntryAndNoRecordsAreWrongUsage() {
    assertThat(run("--entry", "doors")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(out.toString()).contains("\"events\"");
    assertThat(run("--index", "1")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(run("--records", "-5")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(out.toString()).contains("--records must be 1 or more");
  }
}

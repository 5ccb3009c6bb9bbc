package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.cli.BenchCommand.BenchProgram;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The arguments of the programs behind {@code hydra bench}: the name of the benchmark comes first.
 */
class BenchProgramTest {
  private static final Path HOME = Path.of("home");
  private static final Path STACK = Path.of("temp", "stack");

  @Test
  void theProgramIsToldWhatToMeasureBeforeItsOptions() {
    assertThat(BenchProgram.heads(List.of("heads", "--seconds", "1")))
        .isEqualTo(new BenchProgram(1024, List.of("heads", "--seconds", "1")));
  }

  @Test
  void theFoldersOfAThrowAwayStackStandBetween() {
    BenchProgram program =
        BenchProgram.onStack(List.of("history", "--seconds", "1", "--help"), HOME, STACK);
    assertThat(program.words())
        .containsExactly(
            "history",
            "--home",
            HOME.toString(),
            "--dir",
            STACK.toString(),
            "--seconds",
            "1",
            "--help");
  }
}

package io.hydra.infra.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class BenchMainTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void explainsItself() {
    assertThat(run("history", "--help")).isZero();
    assertThat(out.toString()).contains("--users", "--out", "throw-away").doesNotContain("--home");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--users=0", "--events=10", "--text-bytes=1", "--seconds=0", "--heap=1"})
  void anOptionOutOfRangeIsWrongUsageAndNothingStarts(String option) {
    assertThat(run("history", "--home", "h", "--dir", folder.toString(), option)).isEqualTo(2);
    assertThat(err.toString()).contains(option.substring(0, option.indexOf('=')) + " must be");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aProjectThatIsNotBuiltIsOneClearLine() {
    String home = folder.toString();
    assertThat(run("history", "--home", home, "--dir", folder.resolve("stack").toString()))
        .isEqualTo(1);
    assertThat(err.toString().strip().lines()).singleElement().asString().contains("not built");
  }

  private int run(String... args) {
    CommandLine line = BenchMain.commandLine();
    return line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(args);
  }
}

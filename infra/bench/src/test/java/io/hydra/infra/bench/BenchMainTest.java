package io.hydra.infra.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.stack.StackConfig.Optimization;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.runtime.service.Closer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class BenchMainTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    CommandLine command = BenchMain.commandLine();
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return command.execute(args);
  }

  @Test
  void everyPartIsMeasured() {
    assertThat(run("heads", "--seconds", "0.001")).isZero();
    String text = out.toString();
    assertThat(text)
        .contains("p50 µs", "p99 µs", "CPU µs", "× ceiling", "the paper's heads", "load")
        .contains("\nencode\n", "\nhead update\n", "\nanswer\n")
        .doesNotContain("NaN");
    assertThat(text.lines().filter(line -> line.matches(".*(CPU ≤ 1,000|p99 ≤ 10,000): .*")))
        .hasSize(12);
    assertHeadsOfEveryShippedTaskFitInOneKilobyte(text);
  }

  private static void assertHeadsOfEveryShippedTaskFitInOneKilobyte(String text) {
    for (String task : TaskCatalogue.shipped().ids()) {
      Matcher size = Pattern.compile("(?m)^" + task + " +([\\d,]+) +4,737,040 ").matcher(text);
      assertThat(size.find()).as(task).isTrue();
      assertThat(Integer.parseInt(size.group(1).replace(",", ""))).isBetween(100, 1024);
    }
  }

  @Test
  void whatCannotBeMeasuredIsSaid() {
    assertThat(run("heads", "--seconds", "0")).isEqualTo(2);
    assertThat(run()).isEqualTo(2);
    String nowhere = folder.resolve("nowhere").toString();
    assertThat(run("heads", "--seconds", "0.001", "--encoder", nowhere)).isEqualTo(1);
    assertThat(err.toString()).contains("--seconds must be above 0", "Usage: hydra bench", nowhere);
  }

  @Test
  void withoutTheLauncherAStackIsWrongUsage() {
    assertThat(run("history")).isEqualTo(2);
    assertThat(err.toString()).contains("./hydra bench");
  }

  @ParameterizedTest
  @ValueSource(strings = {"history", "lag", "loop", "gateway", "serving"})
  void whatIsMeasuredIsOptimizedAsUsual(String name) {
    CommandLine command = BenchMain.commandLine();
    var unused = command.parseArgs("--home", "h", "--dir", folder.toString(), name);
    StackBench bench = command.getSubcommands().get(name).getCommand();
    try (Closer owner = new Closer()) {
      assertThat(bench.config(owner).tuning().optimization()).isEqualTo(Optimization.USUAL);
    }
  }

  @Test
  void explainsItself() {
    assertThat(run("history", "--help")).isZero();
    assertThat(out.toString()).contains("--users", "--heap", "throw-away").doesNotContain("--home");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--users=0", "--events=10", "--text-bytes=1", "--seconds=0", "--heap=1"})
  void anOptionOutOfRangeIsWrongUsageAndNothingStarts(String option) {
    assertThat(run("--home", "h", "--dir", folder.toString(), "history", option)).isEqualTo(2);
    assertThat(err.toString()).contains(option.substring(0, option.indexOf('=')) + " must be");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aProjectThatIsNotBuiltIsOneClearLine() {
    String home = folder.toString();
    assertThat(run("--home", home, "--dir", folder.resolve("stack").toString(), "history"))
        .isEqualTo(1);
    assertThat(err.toString().strip().lines()).singleElement().asString().contains("not built");
  }
}

package io.hydra.infra.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.model.task.TaskCatalogue;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
  void everyPartIsMeasuredAndWritten() throws IOException {
    Path file = folder.resolve("new/heads.json");
    assertThat(run("heads", "--seconds", "0.001", "--out", file.toString())).isZero();
    JsonNode json = new ObjectMapper().readTree(Files.readString(file));
    assertThat(json.at("/machine/loadBefore").isNumber()).isTrue();
    assertThat(json.at("/secondsPerLine").asDouble()).isEqualTo(0.001);
    List<String> sections = new ArrayList<>();
    List<String> targets = new ArrayList<>();
    for (JsonNode line : json.get("lines")) {
      sections.add(line.get("section").asText());
      assertThat(line.get("runs").asInt()).isGreaterThanOrEqualTo(10);
      for (String field :
          List.of("perSecond", "p50Micros", "p99Micros", "meanMicros", "cpuMicros")) {
        assertThat(line.get(field).asDouble()).as(field).isPositive().isFinite();
      }
      if (!line.get("name").asText().contains("ceiling: ")) {
        assertThat(line.get("timesCeiling").asDouble()).isPositive().isFinite();
      }
      if (line.has("targetOf")) {
        targets.add(line.get("targetOf").asText() + " " + line.get("targetMicros").asInt());
      }
      assertThat(out.toString()).contains(line.get("name").asText());
    }
    assertThat(sections).containsOnly("encode", "head update", "answer");
    assertThat(targets).containsOnly("cpuMicros 1000", "p99Micros 10000").hasSize(12);
    assertThat(out.toString())
        .contains("p50 µs", "p99 µs", "CPU µs", "× ceiling", "the paper's heads", "load");
    assertHeadsOfEveryShippedTaskFitInOneKilobyte(json);
  }

  private static void assertHeadsOfEveryShippedTaskFitInOneKilobyte(JsonNode json) {
    assertThat(json.get("paperBytes").asLong()).isEqualTo(4_737_040);
    List<String> tasks = new ArrayList<>();
    for (JsonNode size : json.get("sizes")) {
      tasks.add(size.get("task").asText());
      assertThat(size.get("bytes").asInt()).isBetween(100, 1024);
      assertThat(size.get("gigabytesPerMillionUsers").asDouble())
          .isEqualTo(size.get("bytes").asInt() / 1000.0);
    }
    assertThat(tasks).containsExactlyElementsOf(TaskCatalogue.shipped().ids());
  }

  @Test
  void whatCannotBeMeasuredIsSaid() {
    assertThat(run("heads", "--seconds", "0")).isEqualTo(2);
    assertThat(run()).isEqualTo(2);
    String nowhere = folder.resolve("nowhere").toString();
    assertThat(run("heads", "--seconds", "0.001", "--encoder", nowhere)).isEqualTo(1);
    assertThat(err.toString())
        .contains(
            "--seconds must be above 0",
            "name what to measure: gateway, heads, history, lag, loop or serving",
            nowhere);
  }

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
}

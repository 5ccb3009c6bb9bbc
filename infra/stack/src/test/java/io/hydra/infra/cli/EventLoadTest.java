package io.hydra.infra.cli;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.hydra.datasets.lines.CsvColumns;
import io.hydra.datasets.lines.EventLines.Defaults;
import io.hydra.model.base.BaseFiles;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.user.UserKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventLoadTest {
  private static final int EVENTS = 9;
  private static final int REJECTS = 3;

  @TempDir Path dir;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private List<Path> sources;
  private Path rejects;
  private long nanos;

  /** Loses what it has not settled when it dies. */
  private static final class Broker implements EventLoad.Sink {
    private final List<String> pending = new ArrayList<>();
    private final List<String> taken = new ArrayList<>();
    private int left;

    @Override
    public void take(BehaviorEvent event) {
      if (left-- == 0) {
        pending.clear();
        throw new IllegalStateException("killed");
      }
      pending.add(((Interaction) event.getPayload()).getInput());
    }

    @Override
    public void settle() {
      taken.addAll(pending);
      pending.clear();
    }
  }

  @BeforeEach
  void write() throws IOException {
    rejects = dir.resolve("rejects.jsonl");
    sources =
        List.of(
            source("a.csv", "bad", "1", "2", "3", "bad", "4", "5"),
            source("b.csv", "6", "7", "8", "bad", "9"));
  }

  private Path source(String name, String... texts) throws IOException {
    StringBuilder rows = new StringBuilder("reviewer,occurred_at,input,output\n");
    for (String text : texts) {
      rows.append("ann,%s,%s,2\n".formatted(text.equals("bad") ? "soon" : "2026-01-31", text));
    }
    return Files.writeString(dir.resolve(name), rows);
  }

  /** Settles after every few entries. */
  private long load(Broker broker, Path rejects) {
    EventLoad load =
        new EventLoad(
            new Defaults("demo", "stars"),
            new CsvColumns(Map.of("user_id", "reviewer")),
            LoadState.open(dir.resolve("load.state"), "demo"),
            new PrintWriter(err),
            () -> nanos += Duration.ofMillis(700).toNanos());
    return load.read(sources, rejects, broker);
  }

  private List<String> places() throws IOException {
    return Files.readAllLines(rejects).stream()
        .map(line -> line.replaceAll(".*/|\",.*", ""))
        .toList();
  }

  private int run(String... arguments) {
    return HydraCli.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
  void aLoadThatIsKilledAtAnyEventAndResumedTakesAndRejectsAll(int killedAt) throws IOException {
    Broker broker = new Broker();
    broker.left = killedAt;
    assertThatThrownBy(() -> load(broker, rejects)).hasMessage("killed");

    broker.left = EVENTS;
    assertThat(load(broker, rejects)).isEqualTo(REJECTS);
    assertThat(broker.taken).containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9");
    assertThat(places()).containsExactly("a.csv:2", "a.csv:6", "b.csv:5");

    assertThat(load(broker, rejects)).as("again, with nothing left").isEqualTo(REJECTS);
    assertThat(broker.taken).hasSize(EVENTS);
    assertThat(places()).hasSize(REJECTS);
  }

  @Test
  void aResumeThatWritesNoRejectsKeepsThoseOfBefore() throws IOException {
    Broker broker = new Broker();
    broker.left = 2;
    assertThatThrownBy(() -> load(broker, rejects)).hasMessage("killed");
    broker.left = 4;
    assertThatThrownBy(() -> load(broker, null)).hasMessage("killed");
    broker.left = EVENTS;
    assertThat(load(broker, rejects)).isEqualTo(REJECTS);
    assertThat(places()).containsExactly("a.csv:2", "b.csv:5");
  }

  @Test
  void aDryRunRejectsWhatALoadWouldAndSendsNothing() throws IOException {
    String columns = "user_id=reviewer";
    assertThat(
            run(
                "load",
                "--dry-run",
                "--json",
                "--dir=" + dir,
                "--task=stars",
                "--columns=" + columns,
                "--rejects=" + rejects,
                dir.toString()))
        .isEqualTo(1);
    assertThat(out.toString()).contains("\"events\" : 9", "\"rejected\" : 3");
    assertThat(err.toString()).contains("a.csv:2: \"occurred_at\" must be");
    assertThat(places()).hasSize(REJECTS);
  }

  @Test
  void aDryRunTellsWhatWouldTeachNothing() throws IOException {
    Path base = Files.createDirectories(dir.resolve("base/encoder")).getParent();
    Files.writeString(base.resolve("tasks.json"), "[]");
    Files.writeString(
        base.resolve("catalogue.yaml"),
        "tasks: [{id: mine, instruction: Do it., metric: ACCURACY, options: [a, b]}]");
    String manifest = "{\"format\":12,\"features\":1,\"version\":\"%s\",\"report\":{}}";
    Files.writeString(base.resolve("manifest.json"), manifest.formatted("unknown"));
    String version =
        catchThrowable(() -> BaseFiles.check(base))
            .getMessage()
            .replaceAll("(?s).*those of (\\w+),.*", "$1");
    Files.writeString(base.resolve("manifest.json"), manifest.formatted(version));
    Files.writeString(dir.resolve("served-base"), base.toString());
    assertThat(
            run(
                "load",
                "--dry-run",
                "--dir=" + dir,
                "--task=stars",
                "--columns=user_id=reviewer",
                sources.get(0).toString()))
        .isEqualTo(1);
    assertThat(err.toString())
        .contains("5 events of task stars, which is not in the served base's catalogue");
  }

  @Test
  void fieldsThatEventsDoNotHaveAreToldOnceForAFile() throws IOException {
    String line =
        "{\"user_id\":\"ann\",\"task\":\"stars\",\"occurred_at\":\"2026-01-31\",\"input\":\"%s\",\"output\":\"2\",\"mood\":1}\n";
    Path file = Files.writeString(dir.resolve("c.jsonl"), line.repeat(3));
    assertThat(run("load", "--dry-run", "--dir=" + dir, file.toString())).isZero();
    assertThat(err.toString().lines())
        .containsExactly(file + ": field mood of 3 events is not read: events have none such");
  }

  @Test
  void eventsAndTheirUsersAreCounted() throws IOException {
    String line =
        "{\"user_id\":\"%s\",\"task\":\"stars\",\"occurred_at\":\"2026-01-31\",\"input\":\"a\",\"output\":\"2\"}\n";
    Path file = Files.writeString(dir.resolve("c.jsonl"), line.formatted("ann"));
    assertThat(run("load", "--dry-run", "--dir=" + dir, file.toString())).isZero();
    assertThat(out.toString()).startsWith("1 event of 1 user could be loaded");
    out.getBuffer().setLength(0);
    Files.writeString(file, line.formatted("ann").repeat(2) + line.formatted("bob"));
    assertThat(run("load", "--dry-run", "--dir=" + dir, file.toString())).isZero();
    assertThat(out.toString()).startsWith("3 events of 2 users could be loaded");
  }

  @Test
  void whoWasForgottenAfterSomeOfTheirEventsIsCounted() {
    UserKey ann = new UserKey("demo", "ann");
    UserKey bob = new UserKey("demo", "bob");
    Instant noon = Instant.parse("2026-01-31T12:00:00Z");
    Map<UserKey, Instant> oldest = Map.of(ann, noon, bob, noon);
    assertThat(LoadCommand.countForgotten(oldest, Map.of())).isZero();
    assertThat(LoadCommand.countForgotten(oldest, Map.of(ann, noon, bob, noon.minusMillis(1))))
        .as("the moment itself is erased")
        .isEqualTo(1);
  }

  @Test
  void fieldsBeyondTenAreCounted() throws IOException {
    String fields =
        IntStream.range(0, 12).mapToObj(i -> ",\"f%02d\":1".formatted(i)).collect(joining());
    String line =
        "{\"user_id\":\"ann\",\"task\":\"stars\",\"occurred_at\":\"2026-01-31\",\"input\":\"%s\",\"output\":\"2\"";
    Path file = Files.writeString(dir.resolve("c.jsonl"), (line + fields + "}\n").repeat(3));
    assertThat(run("load", "--dry-run", "--dir=" + dir, file.toString())).isZero();
    assertThat(err.toString().lines())
        .hasSize(11)
        .last()
        .isEqualTo(file + ": nor are 6 values of other fields");
  }

  @Test
  void aColumnThatIsNotThereStopsALoadBeforeItsFirstEvent() {
    assertThat(run("load", "--dry-run", "--dir=" + dir, "--columns=user_id=author", dir.toString()))
        .isEqualTo(1);
    assertThat(err.toString()).contains("there is no column author for user_id");
  }
}

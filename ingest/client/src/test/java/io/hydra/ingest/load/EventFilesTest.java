package io.hydra.ingest.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.datasets.lamp.LampFormatException;
import io.hydra.datasets.lines.EventFileException;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Interaction;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFilesTest {
  private static final String GOOD =
      """
      {"user_id":"ann","task":"LaMP_3","occurred_at":"2026-01-31T10:00:00Z","input":"Dull strings","output":"2"}
      """
          .strip();

  @TempDir Path folder;

  @Test
  void aLineBecomesAnEvent() throws IOException {
    assertThat(good(file("a.jsonl", GOOD)))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getTenant()).isEqualTo("demo");
              assertThat(event.getUserId()).isEqualTo("ann");
              assertThat(event.getTask()).isEqualTo("LaMP_3");
              assertThat(event.getOccurredAt()).isEqualTo(Instant.parse("2026-01-31T10:00:00Z"));
              assertThat(event.getPayload()).isEqualTo(new Interaction("Dull strings", "2", null));
            });
  }

  @Test
  void aMissingEventIdFollowsFromTheContentAlone() throws IOException {
    String respaced = GOOD.replace(",", " , ");
    String other = GOOD.replace("Dull", "Bright");
    List<String> ids =
        good(file("a.jsonl", GOOD, respaced, other)).stream()
            .map(BehaviorEvent::getEventId)
            .toList();
    assertThat(ids.get(0)).hasSize(32).isEqualTo(ids.get(1)).isNotEqualTo(ids.get(2));
    assertThat(good(file("b.jsonl", GOOD)).get(0).getEventId()).isEqualTo(ids.get(0));
  }

  @Test
  void givenEventIdAndTenantAreKept() throws IOException {
    String line = GOOD.replace("{", "{\"event_id\":\"e1\",\"tenant\":\"shop\",");
    BehaviorEvent event = good(file("a.jsonl", line)).get(0);
    assertThat(event.getEventId()).isEqualTo("e1");
    assertThat(event.getTenant()).isEqualTo("shop");
  }

  @Test
  void aBadLineIsNamedAndTheRestFollows() throws IOException {
    Path file = file("a.jsonl", GOOD, "", "[1]", GOOD);
    List<LoadedEvent> all = read(file);
    assertThat(all).hasSize(3);
    assertThat(all.get(0)).isInstanceOf(LoadedEvent.Good.class);
    assertThat(all.get(1).toString()).startsWith(file + ":3: ").contains("not an object");
    assertThat(all.get(2)).isInstanceOf(LoadedEvent.Good.class);
  }

  @Test
  void gzipIsAccepted() throws IOException {
    Path file = folder.resolve("a.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(GOOD.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(good(file)).hasSize(1);
  }

  @Test
  void aTruncatedGzipIsALoadFailureThatNamesTheFile() throws IOException {
    Path file = folder.resolve("a.jsonl.gz");
    Files.write(file, new byte[] {1, 2, 3});
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(EventFileException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void theProfilesOfALampFolderBecomeEvents() throws IOException {
    lampFolder("[{\"id\":\"7\",\"text\":\"Dull\",\"score\":\"2\",\"date\":\"2014-01-02\"}]");
    assertThat(good(folder))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getEventId()).isEqualTo("7");
              assertThat(event.getUserId()).isEqualTo("u1");
              assertThat(event.getTask()).isEqualTo("LaMP_3");
              assertThat(event.getPayload()).isEqualTo(new Interaction("Dull", "2", null));
            });
  }

  @Test
  void anItemThatIsNoEventIsNamedAndTheRestFollows() throws IOException {
    lampFolder(
        "[{\"id\":\"7\",\"text\":\"\",\"score\":\"2\"},{\"id\":\"8\",\"text\":\"Dull\",\"score\":\"2\"}]");
    List<LoadedEvent> all = read(folder);
    assertThat(all.get(0).toString()).contains("user u1, item 7").contains("interaction.input");
    assertThat(all.get(1)).isInstanceOf(LoadedEvent.Good.class);
  }

  @Test
  void profilesNeedNoAnswers() throws IOException {
    lampFolder("[{\"id\":\"7\",\"text\":\"Dull\",\"score\":4.0}]");
    Files.delete(folder.resolve("dev_outputs.json"));
    assertThat(good(folder).get(0).getPayload()).isEqualTo(new Interaction("Dull", "4", null));
  }

  @Test
  void itemsOfOneUserWithTheSameIdAreToldAndNotLostInSilence() throws IOException {
    lampFolder(
        "[{\"id\":\"7\",\"text\":\"Dull\",\"score\":\"2\"},{\"id\":\"7\",\"text\":\"Fine\",\"score\":\"4\"}]");
    List<LoadedEvent> all = read(folder);
    assertThat(all.get(0)).isInstanceOf(LoadedEvent.Good.class);
    assertThat(all.get(1).toString()).contains("item 7").contains("same id");
  }

  @Test
  void aMalformedLampFileNamesTheFile() throws IOException {
    lampFolder("{");
    assertThatThrownBy(() -> read(folder))
        .isInstanceOf(LampFormatException.class)
        .hasMessageContaining("dev_questions.json");
  }

  @Test
  void aMissingPathAndAFolderWithoutDataAreNamed() {
    assertThatThrownBy(() -> read(folder.resolve("nowhere")))
        .isInstanceOf(EventFileException.class)
        .hasMessageContaining("no such file or folder");
    assertThatThrownBy(() -> read(folder))
        .isInstanceOf(EventFileException.class)
        .hasMessageContaining("dev_questions.json");
  }

  private void lampFolder(String profile) throws IOException {
    Files.writeString(
        folder.resolve("dev_questions.json"),
        "[{\"id\":\"u1\",\"input\":\"review: Fine\",\"profile\":" + profile + "}]");
    Files.writeString(
        folder.resolve("dev_outputs.json"),
        "{\"task\":\"LaMP_3\",\"golds\":[{\"id\":\"u1\",\"output\":\"4\"}]}");
  }

  private Path file(String name, String... lines) throws IOException {
    return Files.write(folder.resolve(name), List.of(lines));
  }

  private static List<LoadedEvent> read(Path path) {
    try (Stream<LoadedEvent> events = EventFiles.read(path, "demo")) {
      return events.toList();
    }
  }

  private static List<BehaviorEvent> good(Path path) {
    return read(path).stream().map(e -> ((LoadedEvent.Good) e).event()).toList();
  }
}

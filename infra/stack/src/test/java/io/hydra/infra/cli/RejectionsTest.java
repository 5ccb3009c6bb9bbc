package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.cli.EventLoad.Rejections;
import io.hydra.ingest.load.EventFiles;
import io.hydra.ingest.load.LoadedEvent;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RejectionsTest {
  private static final String GOOD =
      "{\"user_id\":\"ann\",\"task\":\"LaMP_3\",\"occurred_at\":\"2026-01-31T10:00:00Z\",\"input\":\"a\",\"output\":\"2\"}";

  @TempDir Path dir;
  private final StringWriter said = new StringWriter();

  @Test
  void aFileThatIsNotJsonLinesIsToldOnce() throws IOException {
    assertThat(read(Collections.nCopies(40, "user,task,text"))).isEqualTo(40);
    assertThat(said.toString().lines())
        .hasSize(2)
        .first()
        .asString()
        .contains("events:1: not valid JSON");
    assertThat(said.toString()).contains("none of its 40 lines is a JSON object");
  }

  @Test
  void linesOfTheRightKindAreListedEach() throws IOException {
    assertThat(read(Collections.nCopies(25, "{\"user\":\"ann\"}"))).isEqualTo(25);
    assertThat(said.toString().lines()).hasSize(21).last().asString().contains("5 more");
  }

  @Test
  void aGoodLineShowsThatTheOthersAreMistakes() throws IOException {
    assertThat(read(List.of("broken", GOOD, "broken", "broken"))).isEqualTo(3);
    assertThat(said.toString().lines()).hasSize(3);
  }

  private long read(List<String> lines) throws IOException {
    Path file = Files.write(dir.resolve("events"), lines);
    Rejections rejections = new Rejections(file, new PrintWriter(said, true));
    try (var events = EventFiles.read(file, "demo")) {
      events.forEach(
          each -> {
            if (each instanceof LoadedEvent.Bad bad) {
              rejections.add(bad);
            } else {
              rejections.list();
            }
          });
    }
    return rejections.finish();
  }
}

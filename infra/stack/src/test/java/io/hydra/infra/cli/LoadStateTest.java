package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.ingest.load.LoadedEvent;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a load keeps so that it can go on: how far it is, what it rejected; and what it tells. */
class LoadStateTest {
  @TempDir Path dir;
  private Path file;
  private Path source;
  private long nanos;

  @BeforeEach
  void write() throws IOException {
    file = dir.resolve("load.state");
    source = Files.writeString(dir.resolve("a.csv"), "one\ntwo\n");
  }

  @Test
  void aLoadGoesOnAfterWhatWasSettled() {
    LoadState first = LoadState.open(file, "demo");
    assertThat(first.settled(source)).isZero();
    first.settle(source, 7, 120);

    LoadState second = LoadState.open(file, "demo");
    assertThat(second.settled(source)).isEqualTo(7);
    assertThat(second.settled(dir.resolve("other"))).isZero();
    assertThat(second.rejectBytes()).isEqualTo(120);
  }

  @Test
  void whatHasChangedMeanwhileIsNotGoneOnWith() throws IOException {
    LoadState.open(file, "demo").settle(source, 7, 0);
    Files.writeString(source, "quite another content\n");

    LoadState changed = LoadState.open(file, "demo");
    assertThatThrownBy(() -> changed.settled(source))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("has changed since");
    assertThatThrownBy(() -> LoadState.open(file, "shop"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("another tenant, task or columns");
    assertThatThrownBy(() -> LoadState.open(source, "demo"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("is not the state of a load");
  }

  @Test
  void withoutAFileNothingIsKept() {
    LoadState none = LoadState.open(null, "demo");
    none.settle(source, 7, 0);
    assertThat(none.settled(source)).isZero();
  }

  @Test
  void rejectsThatWereNotSettledAreWrittenOnce() throws IOException {
    Path rejects = dir.resolve("rejects.jsonl");
    long settled;
    try (RejectFile first = new RejectFile(rejects, 0)) {
      first.add(new LoadedEvent.Bad("a.csv:1", "has a \"quote\""));
      settled = first.flush();
      first.add(new LoadedEvent.Bad("a.csv:2", "lost with the process"));
    }
    try (RejectFile second = new RejectFile(rejects, settled)) {
      second.add(new LoadedEvent.Bad("a.csv:2", "read again"));
    }
    assertThat(Files.readAllLines(rejects))
        .containsExactly(
            "{\"place\":\"a.csv:1\",\"reason\":\"has a \\\"quote\\\"\"}",
            "{\"place\":\"a.csv:2\",\"reason\":\"read again\"}");
  }

  @Test
  void progressTellsRateAndTimeLeftOfWhatThisLoadReads() {
    LoadProgress progress = new LoadProgress(1_100, () -> nanos);
    assertThat(progress.isDue(100)).as("what was skipped does not count").isFalse();
    nanos += Duration.ofSeconds(10).toNanos();
    assertThat(progress.isDue(600)).isTrue();
    assertThat(progress.words(5_000, 600)).isEqualTo("5,000 entries, 500/s, about 10 s left");
    assertThat(progress.isDue(600)).isFalse();
    assertThat(new LoadProgress(0, () -> nanos).words(10, 0)).doesNotContain("left");
  }
}

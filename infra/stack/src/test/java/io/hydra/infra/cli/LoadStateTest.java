package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.infra.cli.LoadState.Source;
import io.hydra.ingest.load.LoadedEvent;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that a load keeps so that it can go on, and the progress that it tells. */
class LoadStateTest {
  @TempDir Path dir;
  private Path file;
  private Path source;
  private Path other;
  private long nanos;

  @BeforeEach
  void write() throws IOException {
    file = dir.resolve("load.state");
    source = Files.writeString(dir.resolve("a.csv"), "one\ntwo\n");
    other = Files.writeString(dir.resolve("b.csv"), "three\n");
  }

  @Test
  void aLoadGoesOnAfterWhatWasSettled() {
    LoadState first = LoadState.open(file, "demo");
    Source begun = first.begin(source);
    assertThat(begun.entries()).isZero();
    first.settle(source, begun.at(7, 2), 120);

    LoadState second = LoadState.open(file, "demo");
    assertThat(second.begin(source)).isEqualTo(begun.at(7, 2));
    assertThat(second.begin(other).entries()).isZero();
    assertThat(second.rejectBytes()).isEqualTo(120);
  }

  @Test
  void whatHasChangedMeanwhileIsNotGoneOnWith() throws IOException {
    LoadState first = LoadState.open(file, "demo");
    first.settle(source, first.begin(source).at(7, 0), 0);
    Files.writeString(source, "quite another content\n");

    LoadState changed = LoadState.open(file, "demo");
    assertThatThrownBy(() -> changed.begin(source))
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
  void whatReplacesASourceWhileItIsReadIsNotGoneOnWith() throws IOException {
    LoadState first = LoadState.open(file, "demo");
    Source begun = first.begin(source);
    Files.writeString(source, "quite another content\n");
    first.settle(source, begun.at(1, 0), 0);

    assertThatThrownBy(() -> first.begin(source)).hasMessageContaining("has changed since");
    LoadState second = LoadState.open(file, "demo");
    assertThatThrownBy(() -> second.begin(source)).hasMessageContaining("has changed since");
  }

  @Test
  void withoutAFileNothingIsKept() {
    LoadState none = LoadState.open(null, "demo");
    none.settle(source, none.begin(source).at(7, 0), 0);
    assertThat(none.begin(source).entries()).isZero();
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
    assertThat(progress.words(5_000, 600)).isEqualTo("5,000 events, 500/s, about 10 s left");
    assertThat(progress.isDue(600)).isFalse();
    assertThat(new LoadProgress(0, () -> nanos).words(10, 0)).doesNotContain("left");
  }
}

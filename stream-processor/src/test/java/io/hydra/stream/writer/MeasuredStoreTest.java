package io.hydra.stream.writer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.schemas.store.HistoryStore;
import io.hydra.schemas.store.HistoryStore.Effect;
import io.hydra.schemas.store.HistoryStore.Erased;
import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.store.HistoryStore.Outcome;
import io.hydra.schemas.store.HistoryStore.Write;
import io.hydra.schemas.store.Writes;
import io.hydra.schemas.user.UserKey;
import io.hydra.stream.metrics.RecordedMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MeasuredStoreTest {
  private static final Write EVENT = Writes.write("e", 1);
  private static final Erasure ERASURE = new Erasure(new UserKey("acme", "ann"), "x", 1);

  private final RecordedMetrics metrics = new RecordedMetrics();
  private final List<String> sampled = new ArrayList<>();
  private OptionalLong bytes = OptionalLong.of(1_500);
  private boolean reachable = true;
  private long nanos;
  private long untidied;

  /** A round trip takes 3 ms. */
  private final MeasuredStore store =
      new MeasuredStore(
          new HistoryStore() {
            @Override
            public List<Outcome> write(List<Write> writes) {
              pass(Duration.ofMillis(3));
              return writes.stream().map(w -> new Outcome(1, Effect.ENTERED)).toList();
            }

            @Override
            public Erased erase(Erasure erasure) {
              pass(Duration.ofMillis(3));
              return new Erased(0, 0, List.of());
            }

            @Override
            public long untidied() {
              return untidied;
            }

            @Override
            public OptionalLong bytes(UserKey user, String task) {
              sampled.add(user.recordKey() + ":" + task);
              return bytes;
            }

            @Override
            public void close() {}
          },
          metrics.task(),
          () -> nanos);

  private void pass(Duration time) {
    nanos += time.toNanos();
    if (!reachable) {
      throw new HistoryStore.UnavailableException("away", null);
    }
  }

  private void write(int events) {
    assertThat(store.write(Collections.nCopies(events, EVENT))).hasSize(events);
  }

  @Test
  void aRoundTripIsCountedByItsSizeAndTime() {
    write(2);
    write(5);
    var scrape = metrics.scrape();
    assertThat(scrape.sum("flush_events_le_bucket", "le=\"2\"")).isEqualTo(1);
    assertThat(scrape.sum("flush_events_sum")).isEqualTo(7);
    assertThat(scrape.sum("flush_seconds_le_bucket", "le=\"0.002\"")).isZero();
    assertThat(scrape.sum("flush_seconds_le_bucket", "le=\"0.003\"")).isEqualTo(2);
  }

  @Test
  void theStoreIsAwayFromAFailureUntilSomethingSucceeds() {
    reachable = false;
    assertThatThrownBy(() -> write(1)).isInstanceOf(HistoryStore.UnavailableException.class);
    assertThatThrownBy(() -> store.erase(ERASURE))
        .isInstanceOf(HistoryStore.UnavailableException.class);
    assertThat(metrics.scrape().sum("store_failures_total")).isEqualTo(2);
    assertThat(metrics.scrape().sum("store_away")).isEqualTo(1);
    assertThat(metrics.scrape().sum("flush_events_count")).isZero();
    reachable = true;
    assertThat(store.erase(ERASURE)).isNotNull();
    assertThat(metrics.scrape().sum("store_away")).isZero();
  }

  @Test
  void historiesThatCannotBePackedAreCountedOnce() {
    assertThat(metrics.scrape().sum("histories_not_packed_total")).isZero();
    untidied = 2;
    assertThat(store.tidy(0)).isFalse();
    untidied = 3;
    assertThat(store.tidy(0)).isFalse();
    assertThat(store.tidy(0)).isFalse();
    assertThat(metrics.scrape().sum("histories_not_packed_total")).isEqualTo(3);
  }

  @Test
  void oneHistoryASecondIsAskedForItsSize() {
    write(1);
    write(1);
    assertThat(sampled).containsExactly("acme:ann:tags");
    nanos += Duration.ofSeconds(1).toNanos();
    bytes = OptionalLong.empty();
    write(1);
    assertThat(sampled).hasSize(2);
    assertThat(metrics.scrape().sum("history_bytes_count")).isEqualTo(1);
    assertThat(metrics.scrape().sum("history_bytes_sum")).isEqualTo(1_500);
  }
}

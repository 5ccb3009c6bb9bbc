package io.hydra.stream.writer;

import static io.hydra.schemas.store.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.store.HistoryStore;
import io.hydra.schemas.store.HistoryStore.Effect;
import io.hydra.schemas.store.HistoryStore.Erased;
import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.store.HistoryStore.Outcome;
import io.hydra.schemas.store.HistoryStore.Write;
import io.hydra.schemas.user.UserKey;
import io.hydra.stream.Events;
import io.hydra.stream.event.RawRecord;
import io.hydra.stream.event.UserEvent;
import io.hydra.stream.metrics.RecordedMetrics;
import io.hydra.stream.metrics.Scrape;
import java.util.List;
import java.util.Locale;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HistoryWriterMetricsTest {
  private static final RawRecord RAW = Events.raw(new byte[0], null);

  /** Does to an event what its id says. */
  static final class ObedientStore implements HistoryStore {
    @Override
    public List<Outcome> write(List<Write> writes) {
      return writes.stream().map(write -> new Outcome(1, Effect.valueOf(write.eventId()))).toList();
    }

    @Override
    public Erased erase(Erasure erasure) {
      return new Erased(1, 0, List.of());
    }

    @Override
    public void close() {}
  }

  private final RecordedMetrics metrics = new RecordedMetrics();
  private MockEnvironment environment;
  private OneInputStreamOperatorTestHarness<UserEvent, HistoryVersion> harness;

  @BeforeEach
  void open() throws Exception {
    environment = new MockEnvironmentBuilder().setMetricGroup(metrics.task()).build();
    harness =
        new OneInputStreamOperatorTestHarness<>(
            new HistoryWriter.Factory(ObedientStore::new, BatchSettings.DEFAULT), environment);
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
    environment.close();
  }

  private void accept(Effect effect, long occurredAt) throws Exception {
    harness.processElement(new UserEvent(write(effect.name(), occurredAt), null, RAW), occurredAt);
  }

  private void erase(long upTo) throws Exception {
    Erasure erasure = new Erasure(new UserKey("acme", "ann"), "x", upTo);
    harness.processElement(new UserEvent(null, erasure, RAW), upTo);
  }

  private Scrape drained() throws Exception {
    harness.prepareSnapshotPreBarrier(1);
    return metrics.scrape();
  }

  @Test
  void eachEffectAndErasureCountsOnce() throws Exception {
    int times = 0;
    for (Effect effect : Effect.values()) {
      times++;
      for (int i = 0; i < times; i++) {
        accept(effect, 1);
      }
    }
    erase(1);
    assertThat(metrics.scrape().sum("events_in_flight")).isEqualTo(22);
    Scrape scrape = drained();
    for (Effect effect : Effect.values()) {
      String label = "effect=\"" + effect.name().toLowerCase(Locale.ROOT) + "\"";
      assertThat(scrape.sum("writes_effect_total", label))
          .as(label)
          .isEqualTo(effect.ordinal() + 1);
    }
    assertThat(scrape.sum("erasures_total")).isEqualTo(1);
    assertThat(scrape.sum("events_in_flight")).isZero();
    assertThat(scrape.sum("event_to_history_seconds_count")).isEqualTo(22);
    assertThat(scrape.sum("flush_events_count")).isEqualTo(1);
    assertThat(scrape.sum("flush_events_sum")).isEqualTo(21);
    assertThat(scrape.sum("store_failures_total")).isZero();
    assertThat(scrape.sum("store_away")).isZero();
  }

  @Test
  void eventToHistoryIsFromTheRecordsTimestampToTheAcknowledgement() throws Exception {
    harness.setProcessingTime(RAW.timestamp() + 12);
    accept(Effect.ENTERED, 1);
    Scrape scrape = drained();
    assertThat(scrape.sum("event_to_history_seconds_le_bucket", "le=\"0.01\"")).isZero();
    assertThat(scrape.sum("event_to_history_seconds_le_bucket", "le=\"0.012\"")).isEqualTo(1);
    assertThat(scrape.sum("event_to_history_seconds_sum")).isEqualTo(0.012);
  }

  @Test
  void anEventIsLateIfTheWatermarkHadPassedItWhenItCame() throws Exception {
    accept(Effect.ENTERED, 1);
    harness.processWatermark(1_000);
    accept(Effect.ENTERED, 1_000);
    accept(Effect.TOO_OLD, 999);
    accept(Effect.ENTERED, 1_001);
    assertThat(drained().sum("late_events_total")).isEqualTo(2);
  }
}

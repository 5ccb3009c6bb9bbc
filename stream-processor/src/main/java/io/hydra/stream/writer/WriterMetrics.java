package io.hydra.stream.writer;

import io.hydra.schemas.store.HistoryStore.Effect;
import io.hydra.stream.event.UserEvent;
import io.hydra.stream.metrics.BucketHistogram;
import io.hydra.stream.metrics.CounterFamily;
import io.hydra.stream.metrics.HydraMetric;
import io.hydra.stream.metrics.HydraMetrics;
import java.util.List;
import java.util.Locale;
import java.util.function.IntSupplier;
import org.apache.flink.metrics.Counter;

/** What the history writer counts, on the task's own thread. */
final class WriterMetrics {
  private final CounterFamily<Effect> effects;
  private final Counter erasures;
  private final Counter lateEvents;
  private final BucketHistogram eventToHistory;

  /**
   * @param inFlight events accepted and not yet written
   */
  WriterMetrics(HydraMetrics metrics, IntSupplier inFlight) {
    effects =
        metrics.counters(
            HydraMetric.WRITES,
            List.of(Effect.values()),
            effect -> effect.name().toLowerCase(Locale.ROOT));
    erasures = metrics.counter(HydraMetric.ERASURES);
    lateEvents = metrics.counter(HydraMetric.LATE_EVENTS);
    eventToHistory = metrics.histogram(HydraMetric.EVENT_TO_HISTORY_SECONDS);
    metrics.gauge(HydraMetric.EVENTS_IN_FLIGHT, inFlight);
  }

  /**
   * @param watermark the event time that was reached when it came
   */
  void accepted(UserEvent event, long watermark) {
    if (event.occurredAt() <= watermark) {
      lateEvents.inc();
    }
  }

  void written(UserEvent event, Effect effect, long acknowledgedAt) {
    effects.inc(effect);
    finished(event, acknowledgedAt);
  }

  void erased(UserEvent event, long acknowledgedAt) {
    erasures.inc();
    finished(event, acknowledgedAt);
  }

  private void finished(UserEvent event, long acknowledgedAt) {
    long recordedAt = event.raw().timestamp();
    if (recordedAt >= 0) {
      eventToHistory.record(acknowledgedAt - recordedAt);
    }
  }
}

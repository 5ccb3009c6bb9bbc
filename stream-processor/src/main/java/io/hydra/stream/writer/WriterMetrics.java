package io.hydra.stream.writer;

import io.hydra.stream.event.UserEvent;
import io.hydra.stream.history.Effect;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * What the history writer tells of itself, in Flink's registry. Not thread-safe but for reading.
 */
final class WriterMetrics {
  private final Map<Effect, Counter> effects = new EnumMap<>(Effect.class);
  private final Counter erasures;
  private final Counter flushes;
  private final Counter flushedEvents;

  /**
   * @param inFlight events accepted and not yet written
   */
  WriterMetrics(MetricGroup group, IntSupplier inFlight) {
    for (Effect effect : Effect.values()) {
      effects.put(
          effect,
          group.addGroup("effect", effect.name().toLowerCase(Locale.ROOT)).counter("events"));
    }
    erasures = group.counter("erasures");
    flushes = group.counter("flushes");
    flushedEvents = group.counter("flushedEvents");
    group.gauge("eventsInFlight", (Gauge<Integer>) inFlight::getAsInt);
  }

  void flushed(int events) {
    flushes.inc();
    flushedEvents.inc(events);
  }

  void effect(Effect effect) {
    effects.get(effect).inc();
  }

  void erased() {
    erasures.inc();
  }

  void written(UserEvent event, long now) {}
}

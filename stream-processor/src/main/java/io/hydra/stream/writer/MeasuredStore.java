package io.hydra.stream.writer;

import io.hydra.schemas.store.HistoryStore;
import io.hydra.schemas.store.HistoryStore.Erased;
import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.store.HistoryStore.Outcome;
import io.hydra.schemas.store.HistoryStore.Write;
import io.hydra.schemas.user.UserKey;
import io.hydra.stream.metrics.BucketHistogram;
import io.hydra.stream.metrics.HydraMetric;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** Decorates a store with metrics; asks it now and then how large a history is. Not thread-safe. */
final class MeasuredStore implements HistoryStore {
  private static final long NANOS_BETWEEN_SAMPLES = TimeUnit.SECONDS.toNanos(1);

  private final HistoryStore store;
  private final LongSupplier nanoTime;
  private final BucketHistogram flushEvents;
  private final BucketHistogram flushMicros;
  private final BucketHistogram historyBytes;
  private final Counter failures;
  private final Counter notPacked;
  private volatile boolean away;
  private long sampledAt;

  /** Takes over {@code store} and closes it. */
  MeasuredStore(HistoryStore store, MetricGroup metrics, LongSupplier nanoTime) {
    this.store = store;
    this.nanoTime = nanoTime;
    flushEvents = HydraMetric.FLUSH_EVENTS.histogram(metrics);
    flushMicros = HydraMetric.FLUSH_SECONDS.histogram(metrics);
    historyBytes = HydraMetric.HISTORY_BYTES.histogram(metrics);
    failures = HydraMetric.STORE_FAILURES.counter(metrics);
    notPacked = HydraMetric.HISTORIES_NOT_PACKED.counter(metrics);
    HydraMetric.STORE_AWAY.gauge(metrics, () -> away ? 1 : 0);
    sampledAt = nanoTime.getAsLong() - NANOS_BETWEEN_SAMPLES;
  }

  @Override
  public List<Outcome> write(List<Write> writes) {
    long before = nanoTime.getAsLong();
    List<Outcome> outcomes = attempt(() -> store.write(writes));
    long now = nanoTime.getAsLong();
    flushEvents.record(writes.size());
    flushMicros.record(TimeUnit.NANOSECONDS.toMicros(now - before));
    if (now - sampledAt >= NANOS_BETWEEN_SAMPLES) {
      sampledAt = now;
      Write last = writes.get(writes.size() - 1);
      store.bytes(last.user(), last.task()).ifPresent(historyBytes::record);
    }
    return outcomes;
  }

  @Override
  public boolean tidy(int writes) {
    boolean more = store.tidy(writes);
    notPacked.inc(store.untidied() - notPacked.getCount());
    return more;
  }

  @Override
  public Erased erase(Erasure erasure) {
    return attempt(() -> store.erase(erasure));
  }

  private <T> T attempt(Supplier<T> call) {
    try {
      T result = call.get();
      away = false;
      return result;
    } catch (HistoryStore.UnavailableException e) {
      failures.inc();
      away = true;
      throw e;
    }
  }

  @Override
  public OptionalLong bytes(UserKey user, String task) {
    return store.bytes(user, task);
  }

  @Override
  public void close() {
    store.close();
  }
}

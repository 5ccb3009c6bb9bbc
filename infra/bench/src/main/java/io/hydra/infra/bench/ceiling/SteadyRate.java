package io.hydra.infra.bench.ceiling;

import java.util.function.LongSupplier;

/**
 * Events per second between the first 20 % and 90 % of them: neither the warm-up nor the end
 * counts. Thread-safe.
 */
final class SteadyRate {
  private static final double FROM = 0.2;
  private static final double TO = 0.9;
  private static final double NANOS = 1e9;
  private static final double NANOS_PER_MICRO = 1e3;

  private final long total;
  private final LongSupplier nanoTime;
  private final LongSupplier cpuNanos;
  private long events;
  private long firstEvents;
  private long firstNanos;
  private long lastEvents;
  private long lastNanos;
  private long firstCpu;
  private long lastCpu;

  /**
   * @param total events that will come
   * @param cpuNanos CPU time used so far
   */
  SteadyRate(long total, LongSupplier nanoTime, LongSupplier cpuNanos) {
    this.total = total;
    this.nanoTime = nanoTime;
    this.cpuNanos = cpuNanos;
  }

  synchronized void add(int more) {
    events += more;
    if (firstEvents == 0 && events >= FROM * total) {
      firstEvents = events;
      firstNanos = nanoTime.getAsLong();
      firstCpu = cpuNanos.getAsLong();
    }
    if (lastEvents == 0 && events >= TO * total) {
      lastEvents = events;
      lastNanos = nanoTime.getAsLong();
      lastCpu = cpuNanos.getAsLong();
    }
  }

  synchronized long events() {
    return events;
  }

  /**
   * @throws IllegalStateException if too few events came, or all of them at once
   */
  synchronized double perSecond() {
    check();
    return (lastEvents - firstEvents) * NANOS / (lastNanos - firstNanos);
  }

  /**
   * CPU time of an event in microseconds.
   *
   * @throws IllegalStateException as {@link #perSecond}
   */
  synchronized double cpuMicros() {
    check();
    return (lastCpu - firstCpu) / NANOS_PER_MICRO / (lastEvents - firstEvents);
  }

  private void check() {
    if (lastEvents <= firstEvents || lastNanos <= firstNanos) {
      throw new IllegalStateException(
          "%d of %d events are too few to tell a rate".formatted(events, total));
    }
  }
}

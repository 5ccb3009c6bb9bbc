package io.hydra.infra.demo;

import io.hydra.infra.process.ManagedProcess;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The highest sum of resident memory that was seen over this process and its components. Shared
 * pages count once per process, so the sum is an upper bound.
 */
public final class PeakMemory implements AutoCloseable {
  public static final Duration DEFAULT_INTERVAL = Duration.ofMillis(500);

  private static final long NONE = -1;

  private final LongSupplier others;
  private final AtomicLong peak = new AtomicLong(NONE);
  private final ScheduledFuture<?> sampling;

  /**
   * Samples until closed.
   *
   * @param others bytes of the other processes, asked at every sample
   */
  public PeakMemory(LongSupplier others, ScheduledExecutorService scheduler, Duration interval) {
    this.others = others;
    this.sampling =
        scheduler.scheduleAtFixedRate(this::sample, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Takes one sample now. */
  public void sample() {
    OptionalLong own = ManagedProcess.residentBytes(ProcessHandle.current().pid());
    if (own.isEmpty()) {
      return;
    }
    long unused = peak.accumulateAndGet(own.getAsLong() + others.getAsLong(), Math::max);
  }

  /** Bytes; empty where the platform does not tell. */
  public OptionalLong peakBytes() {
    long bytes = peak.get();
    return bytes == NONE ? OptionalLong.empty() : OptionalLong.of(bytes);
  }

  @Override
  public void close() {
    sampling.cancel(false);
  }
}

package io.hydra.serving.answer;

import io.hydra.schemas.avro.StageTiming;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Splits the time since a record was accepted into stages that follow each other. Used by one
 * thread at a time.
 */
public final class StageClock {
  private final LongSupplier nanos;
  private final long accepted;
  private final List<StageTiming> stages = new ArrayList<>();
  private long last;

  /**
   * @param nanos a monotonic clock
   * @param accepted its reading when the record was accepted
   */
  public StageClock(LongSupplier nanos, long accepted) {
    this.nanos = nanos;
    this.accepted = accepted;
    this.last = accepted;
  }

  /** Ends a stage: the time since the previous one belongs to it. */
  public void finish(String stage) {
    long now = nanos.getAsLong();
    stages.add(new StageTiming(stage, TimeUnit.NANOSECONDS.toMicros(now - last)));
    last = now;
  }

  /** The stages so far, and {@code total} since the record was accepted. */
  public List<StageTiming> read() {
    List<StageTiming> all = new ArrayList<>(stages);
    all.add(new StageTiming("total", TimeUnit.NANOSECONDS.toMicros(nanos.getAsLong() - accepted)));
    return List.copyOf(all);
  }
}

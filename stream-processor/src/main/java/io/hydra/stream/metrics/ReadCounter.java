package io.hydra.stream.metrics;

import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;

/** Shows a count that is kept elsewhere. */
record ReadCounter(LongSupplier count) implements Counter {
  @Override
  public long getCount() {
    return count.getAsLong();
  }

  @Override
  public void inc() {
    throw new UnsupportedOperationException("this counter is only read");
  }

  @Override
  public void inc(long n) {
    inc();
  }

  @Override
  public void dec() {
    inc();
  }

  @Override
  public void dec(long n) {
    inc();
  }
}

package io.hydra.serving.answer;

import io.hydra.schemas.redis.HistoryItem;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the memory of histories from Redis' reply until the model has read them. No further query
 * should be started while there is no room; those that are being started may go beyond it by one
 * history each. Thread-safe.
 */
public final class HeldHistories {
  private static final int OVERHEAD_BYTES = 200;

  private final long limit;
  private final AtomicLong bytes = new AtomicLong();

  public HeldHistories(long limitBytes) {
    this.limit = limitBytes;
  }

  public boolean hasRoom() {
    return bytes.get() < limit;
  }

  /** Counts a history until what is returned has been run; more than once does no harm. */
  Runnable hold(List<HistoryItem> items) {
    long size = OVERHEAD_BYTES;
    for (HistoryItem item : items) {
      size += OVERHEAD_BYTES + 2L * (item.input().length() + item.output().length());
    }
    bytes.addAndGet(size);
    AtomicLong held = new AtomicLong(size);
    return () -> bytes.addAndGet(-held.getAndSet(0));
  }
}

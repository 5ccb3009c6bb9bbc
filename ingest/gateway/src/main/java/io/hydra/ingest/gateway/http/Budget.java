package io.hydra.ingest.gateway.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes of bodies that are in the gateway's hands: read, sent to Kafka or waited for. What exceeds
 * it is turned away before it is read. Thread-safe.
 */
final class Budget {
  private final long capacity;
  private final AtomicLong used = new AtomicLong();

  Budget(long capacity) {
    this.capacity = capacity;
  }

  /** Tells whether there is room, and takes it. */
  boolean take(long bytes) {
    long after = used.addAndGet(bytes);
    if (after > capacity) {
      used.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  void giveBack(long bytes) {
    used.addAndGet(-bytes);
  }

  long used() {
    return used.get();
  }
}

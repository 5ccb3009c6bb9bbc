package io.hydra.ingest.gateway.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bounds of what strangers may ask of the server.
 *
 * @param maxBodyBytes of one request
 * @param maxHeldBytes of the bodies of all requests that are under way
 * @param maxConnections beyond which none is accepted
 * @param idle after which a connection on which nothing moves is cut
 * @param bodyTime in which a body must have arrived, however steadily it trickles
 * @param grace for requests under way when the server stops
 */
public record Limits(
    int maxBodyBytes,
    long maxHeldBytes,
    int maxConnections,
    Duration idle,
    Duration bodyTime,
    Duration grace) {
  public static final Limits DEFAULT =
      new Limits(
          4 * 1024 * 1024,
          32L * 1024 * 1024,
          2_048,
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(15));

  /**
   * Bytes of bodies that are in the gateway's hands: read, sent to Kafka or waited for. What
   * exceeds it is turned away before it is read. Thread-safe.
   */
  static final class Budget {
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
}

package io.hydra.schemas.redis.client;

import java.io.Serializable;
import java.time.Duration;

/**
 * Longest waits for Redis, each at least a millisecond.
 *
 * @param connect for a connection to be made, TLS not included
 * @param answer for each reply, and for each step of a TLS handshake
 * @param free for a connection to be free when all are in use
 */
public record RedisTimeouts(Duration connect, Duration answer, Duration free)
    implements Serializable {
  public static final RedisTimeouts DEFAULT = all(Duration.ofSeconds(2));

  /**
   * @throws IllegalArgumentException if one is below a millisecond (which would mean for ever) or
   *     above 24 days
   */
  public RedisTimeouts {
    if (outside(connect) || outside(answer) || outside(free)) {
      throw new IllegalArgumentException("a Redis timeout must lie between 1ms and 24d");
    }
  }

  /** The same bound for everything. */
  public static RedisTimeouts all(Duration bound) {
    return new RedisTimeouts(bound, bound, bound);
  }

  private static boolean outside(Duration bound) {
    return bound.compareTo(Duration.ofMillis(1)) < 0 || bound.compareTo(Duration.ofDays(24)) > 0;
  }
}

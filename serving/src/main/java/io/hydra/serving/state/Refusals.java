package io.hydra.serving.state;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Remembers which refusals stand, so that each is logged when it begins and when it ends. One
 * command that succeeds does not end a refusal: reads go on while memory is full, and other users'
 * keys are sound while one has the wrong type. {@link #QUIET} without it does. Thread-safe.
 */
final class Refusals {
  static final Duration QUIET = Duration.ofMinutes(1);

  private final Map<String, Long> lastSeen = new HashMap<>();
  private final LongSupplier nanos;

  /**
   * @param nanos a monotonic clock
   */
  Refusals(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Whether this refusal did not stand before. */
  synchronized boolean begins(String refusal) {
    return lastSeen.put(refusal, nanos.getAsLong()) == null;
  }

  /** The refusals that have ended, each once; asked when a command has succeeded. */
  synchronized List<String> ended() {
    if (lastSeen.isEmpty()) {
      return List.of();
    }
    long now = nanos.getAsLong();
    List<String> ended = new ArrayList<>();
    lastSeen.forEach(
        (refusal, seen) -> {
          if (now - seen >= QUIET.toNanos()) {
            ended.add(refusal);
          }
        });
    ended.forEach(lastSeen::remove);
    return ended;
  }
}

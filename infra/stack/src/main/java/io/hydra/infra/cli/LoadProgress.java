package io.hydra.infra.cli;

import io.hydra.runtime.text.Counts;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Words on how fast a source is loaded and how long the rest takes, by its bytes. */
final class LoadProgress {
  static final Duration INTERVAL = Duration.ofSeconds(2);

  private final long size;
  private final LongSupplier nanoTime;
  private long began;
  private long readBefore = -1;
  private long next;

  /**
   * @param size of the source in bytes; 0 if reading it does not tell how far it has come
   */
  LoadProgress(long size, LongSupplier nanoTime) {
    this.size = size;
    this.nanoTime = nanoTime;
  }

  /** Tells whether words are due; the first call, when skipping is over, starts the clock. */
  boolean isDue(long bytesRead) {
    long now = nanoTime.getAsLong();
    if (readBefore < 0) {
      readBefore = bytesRead;
      began = now;
      next = now + INTERVAL.toNanos();
    }
    boolean due = now - next >= 0;
    if (due) {
      next = now + INTERVAL.toNanos();
    }
    return due;
  }

  /** Such as {@code 120,000 events, 40,000/s, about 12 s left}. */
  String words(long events, long bytesRead) {
    double seconds = Math.max(1e-9, (nanoTime.getAsLong() - began) / 1e9);
    String words =
        String.format(Locale.ROOT, "%s, %,.0f/s", Counts.of(events, "event"), events / seconds);
    long read = bytesRead - readBefore;
    if (size == 0 || read <= 0) {
      return words;
    }
    long left = Math.round(seconds * Math.max(0, size - bytesRead) / read);
    return left < 120
        ? "%s, about %d s left".formatted(words, left)
        : "%s, about %d min left".formatted(words, left / 60);
  }
}

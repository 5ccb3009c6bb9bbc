package io.hydra.evaluation.run;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** Told how far the run is, from any thread. */
@FunctionalInterface
public interface EvaluationProgress {
  EvaluationProgress NONE = (stage, done, of) -> {};

  /**
   * @param stage the work under way, the same text for all of its steps
   * @param done steps done, 1 to {@code of}
   */
  void step(String stage, int done, int of);

  /** Prints a line per stage every few seconds, with the time left, and one when it is done. */
  public static final class ProgressLines implements EvaluationProgress {
    private static final Duration EVERY = Duration.ofSeconds(5);

    private final PrintWriter out;
    private final InstantSource clock;
    private final Map<String, Long> started = new HashMap<>();
    private long lastPrinted;

    public ProgressLines(PrintWriter out, InstantSource clock) {
      this.out = out;
      this.clock = clock;
      this.lastPrinted = clock.millis();
    }

    @Override
    public synchronized void step(String stage, int done, int of) {
      long now = clock.millis();
      long start = started.computeIfAbsent(stage, s -> now);
      boolean last = done == of;
      if (!last && now - lastPrinted < EVERY.toMillis()) {
        return;
      }
      lastPrinted = now;
      long left = done == 0 ? 0 : (now - start) * (of - done) / done / 1000;
      out.printf("%-48s %6d of %d%s%n", stage, done, of, last ? "" : ", " + left + " s left");
      out.flush();
      if (last) {
        started.remove(stage);
      }
    }
  }
}

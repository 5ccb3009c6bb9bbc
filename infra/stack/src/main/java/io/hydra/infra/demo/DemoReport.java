package io.hydra.infra.demo;

import java.util.List;
import java.util.Map;

/**
 * The findings of a demo, as {@code --report} writes them.
 *
 * @param questions users whose question was answered both ways
 * @param lag by consumer group, at the end
 * @param firstAnswerSeconds from the start of the command to the first personalized answer; null if
 *     there was none
 * @param peakRssBytes highest sum over all processes; null where the platform does not tell
 */
public record DemoReport(
    List<Check> checks,
    String task,
    int users,
    int questions,
    Map<String, Double> plain,
    Map<String, Double> personalized,
    int events,
    long deadLetters,
    Map<String, Long> lag,
    Percentiles eventToHistoryMs,
    Percentiles eventToHeadMs,
    Percentiles feedbackToHeadMs,
    Double firstAnswerSeconds,
    Long peakRssBytes,
    Llm llm) {

  /** One thing that must hold, and what was found. */
  public record Check(String name, boolean ok, String detail) {}

  /** The cost of the answers, without base training. */
  public record Llm(
      boolean simulated, String model, long calls, long promptTokens, long completionTokens) {}

  /** True if every check held. */
  public boolean passed() {
    return checks.stream().allMatch(Check::ok);
  }

  /** Nearest-rank percentiles of measured times, in milliseconds. */
  public record Percentiles(double p50, double p99) {
    static Percentiles of(List<Double> millis) {
      List<Double> sorted = millis.stream().sorted().toList();
      return new Percentiles(rank(sorted, 0.50), rank(sorted, 0.99));
    }

    private static double rank(List<Double> sorted, double share) {
      if (sorted.isEmpty()) {
        return Double.NaN;
      }
      int index = (int) Math.ceil(share * sorted.size()) - 1;
      return Math.round(sorted.get(Math.max(0, index)) * 10) / 10.0;
    }
  }
}

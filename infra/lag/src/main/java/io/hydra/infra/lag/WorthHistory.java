package io.hydra.infra.lag;

import io.hydra.infra.lag.services.Figures;
import io.hydra.infra.lag.services.Figures.Counter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A day of what answers were worth and saved, as the trainer and serving tell: the latest of each
 * quarter of an hour. Thread-safe.
 */
final class WorthHistory {
  /** Of all users of a task; what follows is the task. */
  private static final String ALL = "all ";

  private static final String GAINS = "hydra_trainer_gain_";
  private static final List<String> BOUNDS = List.of("mean", "low", "high");
  private static final String UNASKED = "hydra_serving_unasked_total";
  private static final String ANSWERED = "hydra_serving_queries_total";
  private static final List<String> WITH_ANSWER = List.of("OK", "DEGRADED");

  private static final Duration SLOT = Duration.ofMinutes(15);
  private static final int SLOTS = 96;
  private static final int MAX_TASKS = 20;

  private final SlotHistory history =
      new SlotHistory(SLOT, SLOTS, MAX_TASKS * BOUNDS.size() + 1, (before, now) -> now);

  /**
   * A day, oldest first; null where nothing is known.
   *
   * @param hours that a slot lasts
   * @param gains of all users since the trainer's start, by task and then {@code mean}, {@code low}
   *     or {@code high}
   * @param unasked share of answers of a minute that needed no call of the LLM
   */
  record Day(double hours, Map<String, Map<String, List<Float>>> gains, List<Float> unasked) {}

  void add(Instant at, Figures figures) {
    history.expire(at);
    Double unasked = unaskedShare(figures.counters());
    if (unasked != null) {
      history.add(UNASKED, at, unasked.floatValue());
    }
    for (String bound : BOUNDS) {
      figures
          .gauges()
          .getOrDefault(GAINS + bound, Map.of())
          .forEach(
              (label, value) -> {
                if (label.startsWith(ALL)) {
                  history.add(bound + " " + label.substring(ALL.length()), at, value.floatValue());
                }
              });
    }
  }

  /** Null if nothing was answered in the last minute, or that is not known. */
  private static Double unaskedShare(Map<String, Map<String, Counter>> counters) {
    Counter unasked = counters.getOrDefault(UNASKED, Map.of()).get("");
    double answers =
        counters.getOrDefault(ANSWERED, Map.of()).entrySet().stream()
            .filter(e -> WITH_ANSWER.contains(e.getKey()) && e.getValue().perSecond() != null)
            .mapToDouble(e -> e.getValue().perSecond())
            .sum();
    return unasked == null || unasked.perSecond() == null || answers == 0
        ? null
        : Math.min(1, unasked.perSecond() / answers);
  }

  Day of(Instant now) {
    Map<String, Map<String, List<Float>>> gains = new TreeMap<>();
    for (String series : history.series()) {
      int space = series.indexOf(' ');
      if (space > 0) {
        gains
            .computeIfAbsent(series.substring(space + 1), task -> new TreeMap<>())
            .put(series.substring(0, space), history.of(series, now));
      }
    }
    return new Day(SLOT.toMinutes() / 60.0, gains, history.of(UNASKED, now));
  }
}

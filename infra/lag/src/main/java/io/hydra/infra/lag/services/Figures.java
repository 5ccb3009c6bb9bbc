package io.hydra.infra.lag.services;

import io.hydra.infra.lag.services.Scrape.Series;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The metrics of all services as one, by name and label: those of replicas are summed, but for
 * gains, of which those with the most answers stand. Rates and quantiles are over the last minute.
 * Null stands for what is not known.
 */
public record Figures(
    Map<String, Map<String, Counter>> counters,
    Map<String, Map<String, Double>> gauges,
    Map<String, Map<String, Distribution>> distributions) {
  private static final String GAIN = "hydra_trainer_gain_";

  /**
   * @param total since the start of the processes
   */
  public record Counter(double total, Double perSecond) {}

  /**
   * @param p50 null if nothing was observed, as the others
   */
  public record Distribution(Double perSecond, Double p50, Double p95, Double p99) {
    static final Distribution UNKNOWN = new Distribution(null, null, null, null);

    /**
     * @param buckets the rate up to each upper bound, infinity the last
     */
    static Distribution of(NavigableMap<Double, Double> buckets) {
      return new Distribution(
          buckets.lastEntry().getValue(),
          quantile(0.5, buckets),
          quantile(0.95, buckets),
          quantile(0.99, buckets));
    }

    /**
     * As Prometheus' {@code histogram_quantile} has it: evenly spread within a bucket. What lies
     * beyond the last finite bound is taken for it.
     */
    private static Double quantile(double share, NavigableMap<Double, Double> buckets) {
      double rank = share * buckets.lastEntry().getValue();
      double low = 0;
      double below = 0;
      for (Map.Entry<Double, Double> bucket : buckets.entrySet()) {
        double upTo = bucket.getValue();
        if (upTo >= rank && upTo > below) {
          return bucket.getKey().isInfinite()
              ? low
              : low + (bucket.getKey() - low) * (rank - below) / (upTo - below);
        }
        low = bucket.getKey();
        below = upTo;
      }
      return null;
    }
  }

  static Figures of(List<Window> windows) {
    Map<Series, Double> values = new HashMap<>();
    Map<Series, Double> rates = new HashMap<>();
    Map<String, Window> told = mostAnswers(windows);
    for (Window window : windows) {
      window
          .values()
          .forEach(
              (series, value) -> {
                if (!isGain(series) || told.get(series.label()) == window) {
                  values.merge(series, value, Double::sum);
                }
              });
      window.perSecond().forEach((series, rate) -> rates.merge(series, rate, Double::sum));
    }
    Figures figures = new Figures(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    Map<Series, NavigableMap<Double, Double>> histograms = new HashMap<>();
    values.forEach(
        (series, value) -> {
          Double rate = rates.get(series);
          if (series.le() != null) {
            Series whole = new Series(series.name(), series.label(), null);
            NavigableMap<Double, Double> buckets =
                histograms.computeIfAbsent(whole, any -> new TreeMap<>());
            if (rate != null) {
              buckets.put(series.le(), rate);
            }
          } else if (series.isCumulative()) {
            put(figures.counters, series, new Counter(value, rate));
          } else {
            put(figures.gauges, series, value);
          }
        });
    histograms.forEach(
        (series, buckets) ->
            put(
                figures.distributions,
                series,
                buckets.isEmpty() ? Distribution.UNKNOWN : Distribution.of(buckets)));
    return figures;
  }

  /** Bounds of a gain hold for those whose answers they are of, so they cannot be summed. */
  private static boolean isGain(Series series) {
    return series.name().startsWith(GAIN) && !series.isCumulative();
  }

  private static Map<String, Window> mostAnswers(List<Window> windows) {
    Map<String, Window> told = new HashMap<>();
    Map<String, Double> most = new HashMap<>();
    for (Window window : windows) {
      window
          .values()
          .forEach(
              (series, value) -> {
                if (series.name().equals(GAIN + "answers_total")
                    && value > most.getOrDefault(series.label(), -1.0)) {
                  most.put(series.label(), value);
                  told.put(series.label(), window);
                }
              });
    }
    return told;
  }

  private static <V> void put(Map<String, Map<String, V>> figures, Series series, V value) {
    figures.computeIfAbsent(series.name(), any -> new TreeMap<>()).put(series.label(), value);
  }
}

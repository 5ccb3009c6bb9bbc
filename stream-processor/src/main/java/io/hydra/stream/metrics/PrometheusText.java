package io.hydra.stream.metrics;

import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.HistogramStatistics;
import org.apache.flink.metrics.LogicalScopeProvider;
import org.apache.flink.metrics.Meter;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricGroup;

/**
 * Flink's metrics in Prometheus' text format 0.0.4, under the names and labels that Flink's own
 * Prometheus reporter gives them. What is not a number is left out. Thread-safe.
 */
final class PrometheusText {
  private static final Pattern NOT_ALLOWED = Pattern.compile("[^a-zA-Z0-9:_]");
  private static final double[] QUANTILES = {0.5, 0.95, 0.99};

  private final Map<Series, Metric> series = new ConcurrentHashMap<>();

  /** One line, or a few of a histogram; {@code labels} without braces. */
  private record Series(String name, String labels) {
    static final Comparator<Series> ORDER =
        Comparator.comparing(Series::name).thenComparing(Series::labels);

    static Series of(String metricName, MetricGroup group) {
      String scope =
          LogicalScopeProvider.castFrom(group).getLogicalScope(PrometheusText::allowed, '_');
      SortedMap<String, String> labels = new TreeMap<>();
      // Variables are called <like_this>.
      group
          .getAllVariables()
          .forEach(
              (key, value) -> {
                if (value != null) {
                  labels.put(allowed(key.substring(1, key.length() - 1)), value);
                }
              });
      return new Series(
          "flink_" + scope + "_" + allowed(metricName),
          labels.entrySet().stream()
              .map(label -> label.getKey() + "=\"" + escaped(label.getValue()) + "\"")
              .collect(Collectors.joining(",")));
    }

    void line(StringBuilder out, String suffix, String moreLabels, Object value) {
      out.append(name).append(suffix).append('{').append(labels);
      out.append(labels.isEmpty() || moreLabels.isEmpty() ? "" : ",").append(moreLabels);
      out.append("} ").append(value).append('\n');
    }
  }

  void add(Metric metric, String name, MetricGroup group) {
    series.put(Series.of(name, group), metric);
  }

  /** Unless another metric, of a task that was restarted, has taken its place. */
  void remove(Metric metric, String name, MetricGroup group) {
    series.remove(Series.of(name, group), metric);
  }

  /** All that there is now, by name. */
  String render() {
    StringBuilder out = new StringBuilder();
    String last = "";
    Map<Series, Metric> sorted = new TreeMap<>(Series.ORDER);
    sorted.putAll(series);
    for (Map.Entry<Series, Metric> entry : sorted.entrySet()) {
      StringBuilder lines = new StringBuilder();
      lines(entry.getKey(), entry.getValue(), lines);
      if (lines.isEmpty()) {
        continue;
      }
      if (!entry.getKey().name().equals(last)) {
        last = entry.getKey().name();
        String help = HydraMetric.of(last).map(own -> own.definition().help()).orElse(null);
        out.append(help == null ? "" : "# HELP %s %s\n".formatted(last, help))
            .append("# TYPE %s %s\n".formatted(last, type(entry.getValue())));
      }
      out.append(lines);
    }
    return out.toString();
  }

  private static void lines(Series series, Metric metric, StringBuilder out) {
    if (metric instanceof Counter counter) {
      series.line(out, "", "", counter.getCount());
    } else if (metric instanceof Meter meter) {
      series.line(out, "", "", meter.getRate());
    } else if (metric instanceof Gauge<?> gauge) {
      Object value = value(gauge);
      if (value != null) {
        series.line(out, "", "", value);
      }
    } else if (metric instanceof Histogram histogram) {
      HistogramStatistics statistics = histogram.getStatistics();
      for (double quantile : QUANTILES) {
        series.line(out, "", "quantile=\"" + quantile + "\"", statistics.getQuantile(quantile));
      }
      series.line(out, "_count", "", histogram.getCount());
    }
  }

  /** Null if it is not a number. */
  private static Object value(Gauge<?> gauge) {
    try {
      Object value = gauge.getValue();
      if (value instanceof Boolean yes) {
        return yes ? 1 : 0;
      }
      return value instanceof Number ? value : null;
    } catch (RuntimeException e) {
      // Some gauges fail while what they measure is being set up or torn down.
      return null;
    }
  }

  private static String type(Metric metric) {
    if (metric instanceof Counter) {
      return "counter";
    }
    return metric instanceof Histogram ? "summary" : "gauge";
  }

  private static String allowed(String name) {
    return NOT_ALLOWED.matcher(name).replaceAll("_");
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}

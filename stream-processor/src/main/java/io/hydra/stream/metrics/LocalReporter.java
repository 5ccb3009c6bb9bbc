package io.hydra.stream.metrics;

import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * Hands the metrics of a local cluster to the service around it. Flink makes it, by its name in
 * {@code META-INF/services}, so what it collects is found in a static place: the newest cluster's.
 * On a real cluster Flink's own Prometheus reporter is the one to configure.
 */
public final class LocalReporter implements MetricReporterFactory, MetricReporter {
  private static final String NAME = "local";

  /** Variables that tell attempts apart: they would make each restart a new set of series. */
  private static final String GENERATED =
      "job_id;task_id;task_attempt_id;task_attempt_num;operator_id;tm_id";

  private static final AtomicReference<PrometheusText> NEWEST =
      new AtomicReference<>(new PrometheusText());

  private final PrometheusText text = new PrometheusText();

  /** Adds the reporter to {@code conf}. */
  public static void configure(Configuration conf) {
    Configuration reporter = MetricOptions.forReporter(conf, NAME);
    reporter.set(MetricOptions.REPORTER_FACTORY_CLASS, LocalReporter.class.getName());
    reporter.set(MetricOptions.REPORTER_EXCLUDED_VARIABLES, GENERATED);
  }

  /** All metrics of the local cluster, in Prometheus' text format 0.0.4. */
  public static String scrape() {
    return NEWEST.get().render();
  }

  @Override
  public LocalReporter createMetricReporter(Properties properties) {
    return new LocalReporter();
  }

  @Override
  public void open(MetricConfig config) {
    NEWEST.set(text);
  }

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    text.add(metric, name, group);
  }

  @Override
  public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
    text.remove(metric, name, group);
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}

package io.hydra.stream.metrics;

import java.util.Properties;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/** How Flink comes to a {@link LoopbackReporter}. */
public final class LoopbackReporterFactory implements MetricReporterFactory {
  private static final String NAME = "loopback";

  /** What only tells attempts and generated ids apart makes each restart a new set of series. */
  private static final String GENERATED =
      "job_id;task_id;task_attempt_id;task_attempt_num;operator_id;tm_id";

  /** Adds a reporter at {@code port} to {@code conf}. */
  public static void configure(Configuration conf, int port) {
    Configuration reporter = MetricOptions.forReporter(conf, NAME);
    reporter.set(MetricOptions.REPORTER_FACTORY_CLASS, LoopbackReporterFactory.class.getName());
    reporter.set(MetricOptions.REPORTER_EXCLUDED_VARIABLES, GENERATED);
    reporter.setString(LoopbackReporter.PORT, Integer.toString(port));
  }

  @Override
  public LoopbackReporter createMetricReporter(Properties properties) {
    return new LoopbackReporter();
  }
}

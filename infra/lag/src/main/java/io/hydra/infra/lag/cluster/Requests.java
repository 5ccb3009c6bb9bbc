package io.hydra.infra.lag.cluster;

import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/** Counts what a Kafka client has sent to all brokers together. */
public final class Requests {
  private static final String NAME = "request-total";

  /** A client's own; another group of the same name holds those to each broker. */
  private static final String BY_BROKER = "node-metrics";

  private Requests() {}

  /** The requests of a client since it was made. */
  public static long sent(Map<MetricName, ? extends Metric> metrics) {
    return metrics.entrySet().stream()
        .filter(metric -> metric.getKey().name().equals(NAME))
        .filter(metric -> !metric.getKey().group().endsWith(BY_BROKER))
        .mapToLong(metric -> ((Number) metric.getValue().metricValue()).longValue())
        .sum();
  }
}

package io.hydra.infra.lag;

import static io.hydra.runtime.metrics.Definition.gauge;
import static java.util.Comparator.naturalOrder;

import io.hydra.infra.lag.Report.Group;
import io.hydra.infra.lag.Report.Partition;
import io.hydra.runtime.metrics.Definition;
import java.io.IOException;
import java.io.Writer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;

/**
 * The lag as Prometheus reads it, by the names of kafka-lag-exporter's family and Burrow's
 * statuses. Written as a stream: for 20,000 partitions of groups it is tens of megabytes. What is
 * not known has no series.
 */
public final class LagMetrics {
  private static final Map<GroupState, Integer> STATES =
      Map.of(
          GroupState.UNKNOWN, 0,
          GroupState.PREPARING_REBALANCE, 1,
          GroupState.COMPLETING_REBALANCE, 2,
          GroupState.STABLE, 3,
          GroupState.DEAD, 4,
          GroupState.EMPTY, 5,
          GroupState.ASSIGNING, 6,
          GroupState.RECONCILING, 7,
          GroupState.NOT_READY, 8);

  /** Takes one sample of a metric. */
  private interface Sink {
    /**
     * @param value null if it is not known
     */
    void sample(Number value, Object... labels) throws IOException;
  }

  private interface Samples {
    void write(Report report, Sink sink) throws IOException;
  }

  private record Metric(Definition definition, Samples samples) {}

  private static final List<Metric> METRICS =
      List.of(
          ofGroup(
              "kafka_consumergroup_group_state",
              "state",
              "0 unknown, 1 preparing and 2 completing a rebalance, 3 stable, 4 dead, 5 empty,"
                  + " 6 assigning, 7 reconciling, 8 not ready.",
              group -> STATES.get(group.state())),
          ofGroup(
              "kafka_consumergroup_group_sum_lag",
              "records",
              "Lag over all partitions; of a share group from its start offsets.",
              Group::lag),
          ofGroup(
              "kafka_consumergroup_group_max_lag",
              "records",
              "The largest lag of a partition.",
              group ->
                  group.partitions().stream()
                      .map(Partition::lag)
                      .filter(Objects::nonNull)
                      .max(naturalOrder())
                      .orElse(null)),
          ofGroup(
              "kafka_consumergroup_group_max_lag_seconds",
              "seconds",
              "The age of the oldest record that the group has not consumed; 0 if there is none.",
              Group::lagSeconds),
          ofPartition(
              "kafka_consumergroup_group_offset",
              "offset",
              "The offset that the group has committed; absent if it has committed none.",
              Partition::position),
          ofPartition(
              "kafka_consumergroup_group_lag",
              "records",
              "Records from that offset to the end; never negative. Those of an open transaction"
                  + " count only for a group that has gone further.",
              Partition::lag),
          ofPartition(
              "kafka_consumergroup_group_lag_seconds",
              "seconds",
              "The age of the first record not consumed, read from that record; 0 if there is none.",
              Partition::lagSeconds),
          ofPartition(
              "kafka_consumergroup_group_retention_margin",
              "records",
              "From the log's first offset to the group's; negative if records were lost.",
              p -> p.position() == null ? null : p.position() - p.low()),
          ofPartition(
              "kafka_consumergroup_group_lag_retention_ratio",
              "percent",
              "The share of the log that the group has yet to consume.",
              LagMetrics::retentionRatio),
          ofPartition(
              "kafka_consumergroup_group_messages_lost",
              "records",
              "Records that were deleted before the group had consumed them.",
              p -> p.position() == null ? null : p.lost()),
          ofSharePartition(
              "kafka_sharegroup_start_offset",
              "offset",
              "The share group's start offset.",
              Partition::position),
          ofSharePartition(
              "kafka_sharegroup_lag",
              "records",
              "Records from the start offset to the end; some of them may have been consumed.",
              Partition::lag),
          ofSharePartition(
              "kafka_sharegroup_lag_seconds",
              "seconds",
              "The age of the record at the start offset; 0 if there is none.",
              Partition::lagSeconds),
          new Metric(
              gauge(
                  "burrow_kafka_consumer_status",
                  "status",
                  "0 not found, 1 OK, 2 falls behind, 3 error: a partition is worse.",
                  "cluster",
                  "consumer_group"),
              (report, sink) -> {
                for (Group group : report.groups()) {
                  sink.sample(group.status().code(), report.cluster(), group.group());
                }
              }),
          new Metric(
              gauge(
                  "burrow_kafka_topic_partition_status",
                  "status",
                  "0 not found, 1 OK, 2 falls behind, 4 stopped, 5 stalled, 6 went back.",
                  "cluster",
                  "consumer_group",
                  "topic",
                  "partition"),
              ofPartitions(any -> true, p -> p.status().code())),
          ofLog(
              "kafka_partition_earliest_offset",
              "The first offset of a partition that a group reads.",
              Partition::low),
          ofLog(
              "kafka_partition_latest_offset",
              "Behind the last record of a partition that a group reads.",
              p -> p.end() + p.pending()),
          ofCluster(
              "kafka_consumergroup_poll_time_ms",
              "milliseconds",
              "How long it took to read the lag.",
              Report::tookMillis),
          ofCluster(
              "hydra_lag_requests",
              "requests",
              "How many requests it took to read the lag, to all brokers together.",
              Report::requests),
          ofCluster(
              "kafka_lag_exporter_last_update_timestamp_seconds",
              "seconds since 1970",
              "When the lag was read last; after a minute without an answer the series above end.",
              report -> report.at().toEpochMilli() / 1000.0),
          ofCluster(
              "hydra_lag_problems",
              "groups, topics, partitions",
              "What could not be read the last time; `/lag` says which and why.",
              report -> report.problems().size()));

  /** Tells whether the cluster can be read; the only one that is told while it cannot. */
  public static final Definition UP =
      gauge("kafka_lag_exporter_up", "0 or 1", "1 while the cluster can be read.");

  public static final List<Definition> ALL =
      Stream.concat(Stream.of(UP), METRICS.stream().map(Metric::definition)).toList();

  private LagMetrics() {}

  /** Writes the series of a report in Prometheus' text format 0.0.4. */
  public static void write(Report report, Writer out) throws IOException {
    for (Metric metric : METRICS) {
      Definition definition = metric.definition();
      String name = definition.name();
      out.write("# HELP %s %s\n# TYPE %s gauge\n".formatted(name, definition.help(), name));
      metric
          .samples()
          .write(
              report,
              (value, labels) -> {
                if (value != null) {
                  out.write(name);
                  for (int i = 0; i < labels.length; i++) {
                    out.write(i == 0 ? '{' : ',');
                    out.write(definition.labels().get(i));
                    out.write("=\"");
                    out.write(escape(labels[i].toString()));
                    out.write('"');
                  }
                  out.write("} ");
                  out.write(value.toString());
                  out.write('\n');
                }
              });
    }
  }

  private static String escape(String label) {
    return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  private static Double retentionRatio(Partition partition) {
    if (partition.lag() == null) {
      return null;
    }
    long held = partition.end() - partition.low();
    return held <= 0 ? 0.0 : 100.0 * partition.lag() / held;
  }

  private static Metric ofCluster(
      String name, String unit, String meaning, Function<Report, Number> value) {
    return new Metric(
        gauge(name, unit, meaning, "cluster_name"),
        (report, sink) -> sink.sample(value.apply(report), report.cluster()));
  }

  private static Metric ofGroup(
      String name, String unit, String meaning, Function<Group, Number> value) {
    return new Metric(
        gauge(name, unit, meaning, "cluster_name", "group"),
        (report, sink) -> {
          for (Group group : report.groups()) {
            sink.sample(value.apply(group), report.cluster(), group.group());
          }
        });
  }

  private static Metric ofPartition(
      String name, String unit, String meaning, Function<Partition, Number> value) {
    return new Metric(
        gauge(name, unit, meaning, "cluster_name", "group", "topic", "partition"),
        ofPartitions(type -> type != GroupType.SHARE, value));
  }

  private static Metric ofSharePartition(
      String name, String unit, String meaning, Function<Partition, Number> value) {
    return new Metric(
        gauge(name, unit, meaning, "cluster_name", "group", "topic", "partition"),
        ofPartitions(type -> type == GroupType.SHARE, value));
  }

  private static Samples ofPartitions(
      Predicate<GroupType> types, Function<Partition, Number> value) {
    return (report, sink) -> {
      for (Group group : report.groups()) {
        if (types.test(group.type())) {
          for (Partition partition : group.partitions()) {
            sink.sample(
                value.apply(partition),
                report.cluster(),
                group.group(),
                partition.topic(),
                partition.partition());
          }
        }
      }
    };
  }

  /** Once for each partition, however many groups read it. */
  private static Metric ofLog(String name, String meaning, Function<Partition, Number> value) {
    return new Metric(
        gauge(name, "offset", meaning, "cluster_name", "topic", "partition"),
        (report, sink) -> {
          Set<String> written = new HashSet<>();
          for (Group group : report.groups()) {
            for (Partition partition : group.partitions()) {
              if (written.add(partition.topic() + "-" + partition.partition())) {
                sink.sample(
                    value.apply(partition),
                    report.cluster(),
                    partition.topic(),
                    partition.partition());
              }
            }
          }
        });
  }
}

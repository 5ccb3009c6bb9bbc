package io.hydra.infra.lag;

import io.hydra.infra.lag.services.Figures;
import io.hydra.infra.lag.services.Services;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;

/**
 * The positions of the stream processor's Kafka source, by Flink's own metrics. What it has
 * committed says little of what it has read, since it commits with checkpoints only.
 */
public final class FlinkPositions implements LagMonitor.Readers {
  public static final String GROUP = "hydra-stream-processor";

  static final String LAST_READ =
      "flink_taskmanager_job_task_operator_KafkaSourceReader_topic_partition_currentOffset";

  private final Supplier<Services.View> services;

  FlinkPositions(Supplier<Services.View> services) {
    this.services = services;
  }

  @Override
  public Long position(String group, TopicPartition partition) {
    Services.View view = services.get();
    if (view == null || !group.equals(GROUP)) {
      return null;
    }
    Figures figures = view.figures();
    Double last =
        figures
            .gauges()
            .getOrDefault(LAST_READ, Map.of())
            .get(partition.partition() + " " + partition.topic());
    // A source that has read nothing since its start says -1.
    return last == null || last < 0 ? null : (Long) (last.longValue() + 1);
  }
}

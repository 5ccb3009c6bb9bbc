package io.hydra.trainer.start;

import io.hydra.schemas.topic.Topic;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;

/** What the broker tells of topics. */
public interface Topics {
  /**
   * @throws org.apache.kafka.common.errors.UnknownTopicOrPartitionException if there is none yet
   * @throws KafkaException if the broker does not answer
   */
  int partitions(Topic topic);

  /**
   * The topic's {@code cleanup.policy}; empty if the broker does not let us know.
   *
   * @throws KafkaException if the broker does not answer
   */
  Optional<String> cleanupPolicy(Topic topic);
}

package io.hydra.trainer.start;

import io.hydra.schemas.topic.Topic;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.common.KafkaException;

/** What the broker tells of topics. */
public interface Topics {
  /**
   * @throws org.apache.kafka.common.errors.UnknownTopicOrPartitionException if there is none yet
   * @throws KafkaException if the broker does not answer
   */
  int partitions(Topic topic);

  /**
   * Partitions of the changelog of the trainer's store; empty if there is none yet.
   *
   * @throws KafkaException if the broker does not answer
   */
  OptionalInt changelogPartitions();

  /**
   * The topic's {@code cleanup.policy}; empty if the broker does not let us know.
   *
   * @throws KafkaException if the broker does not answer
   */
  Optional<String> cleanupPolicy(Topic topic);
}

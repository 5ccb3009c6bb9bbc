package io.hydra.trainer.start;

import io.hydra.schemas.topic.Topic;
import io.hydra.trainer.head.HeadsTopology;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Asks by an admin client. */
public record AdminTopics(Admin admin) implements Topics {
  @Override
  public int partitions(Topic topic) {
    return describe(topic).partitions().size();
  }

  /**
   * The id of the topic, which another topic of the same name does not have.
   *
   * @throws KafkaException as {@link #partitions}
   */
  public Uuid id(Topic topic) {
    return describe(topic).topicId();
  }

  @Override
  public OptionalInt changelogPartitions() {
    try {
      return OptionalInt.of(describe(HeadsTopology.CHANGELOG).partitions().size());
    } catch (UnknownTopicOrPartitionException e) {
      return OptionalInt.empty();
    }
  }

  @Override
  public Optional<String> cleanupPolicy(Topic topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.topicName());
    try {
      return Optional.of(
          get(admin.describeConfigs(List.of(resource)).values().get(resource))
              .get(TopicConfig.CLEANUP_POLICY_CONFIG)
              .value());
    } catch (AuthorizationException e) {
      return Optional.empty();
    }
  }

  private TopicDescription describe(Topic topic) {
    String name = topic.topicName();
    try {
      return describe(name);
    } catch (UnknownTopicOrPartitionException e) {
      throw new UnknownTopicOrPartitionException(
          "there is no topic %s: create the topics first".formatted(name), e);
    }
  }

  private TopicDescription describe(String name) {
    return get(admin.describeTopics(List.of(name)).topicNameValues().get(name));
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}

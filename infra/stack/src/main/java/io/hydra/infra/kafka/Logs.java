package io.hydra.infra.kafka;

import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.topic.Topic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** The first offset of each partition's log, and the one behind the last committed record. */
public record Logs(Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends) {
  /**
   * Reads the logs of topics.
   *
   * @throws UserException if the broker does not answer or a topic does not exist
   */
  public static Logs of(Admin admin, Collection<Topic> topics) throws InterruptedException {
    try {
      return read(admin, topics.stream().map(Topic::topicName).toList());
    } catch (ExecutionException e) {
      throw unreadable(e);
    }
  }

  /** Throws as {@link #of}, which a partition without a leader holds up, but not this. */
  public static void requireTopic(Admin admin, Topic topic) throws InterruptedException {
    try {
      var unused = admin.describeTopics(List.of(topic.topicName())).allTopicNames().get();
    } catch (ExecutionException e) {
      throw unreadable(e);
    }
  }

  private static UserException unreadable(ExecutionException e) {
    return new UserException(
        "the topics cannot be read: " + KafkaConnection.reason(e), e.getCause());
  }

  static Logs read(Admin admin, Collection<String> topics)
      throws InterruptedException, ExecutionException {
    List<TopicPartition> partitions = new ArrayList<>();
    admin
        .describeTopics(topics)
        .allTopicNames()
        .get()
        .forEach(
            (name, topic) ->
                topic
                    .partitions()
                    .forEach(info -> partitions.add(new TopicPartition(name, info.partition()))));
    return new Logs(
        offsets(admin, partitions, OffsetSpec.earliest()),
        offsets(admin, partitions, OffsetSpec.latest()));
  }

  private static Map<TopicPartition, Long> offsets(
      Admin admin, List<TopicPartition> partitions, OffsetSpec which)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> wanted =
        partitions.stream().collect(Collectors.toMap(p -> p, p -> which));
    ListOffsetsOptions committed = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
    return admin.listOffsets(wanted, committed).all().get().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, offset -> offset.getValue().offset()));
  }
}

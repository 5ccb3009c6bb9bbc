package io.hydra.stream.rebuild;

import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.store.RebuildException;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * By committed offsets: the trainer's on the requests, then, since its heads are on their topic
 * with that commit, the writer's on the heads.
 */
final class KafkaTrainerPosition implements TrainerPosition {
  private final Admin admin;

  /**
   * @param admin stays open
   */
  KafkaTrainerPosition(Admin admin) {
    this.admin = admin;
  }

  @Override
  public Mark mark() {
    Map<TopicPartition, Long> requests = ends(Topic.HEAD_REQUESTS);
    return new Mark() {
      private Map<TopicPartition, Long> heads;
      private long progress;

      @Override
      public boolean isReached() {
        if (heads == null) {
          if (!isReached(ConsumerGroups.TRAINER, requests)) {
            return false;
          }
          heads = ends(Topic.HEADS);
        }
        return isReached(ConsumerGroups.HEADS_WRITER, heads);
      }

      @Override
      public long progress() {
        return progress;
      }

      private boolean isReached(String group, Map<TopicPartition, Long> ends) {
        Map<TopicPartition, OffsetAndMetadata> committed = committed(group);
        progress =
            committed.values().stream().mapToLong(OffsetAndMetadata::offset).sum()
                + (heads == null ? 0 : 1);
        return reached(committed, ends);
      }
    };
  }

  private Map<TopicPartition, OffsetAndMetadata> committed(String group) {
    Map<TopicPartition, OffsetAndMetadata> committed =
        new HashMap<>(get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()));
    committed.values().removeIf(Objects::isNull);
    return committed;
  }

  private static boolean reached(
      Map<TopicPartition, OffsetAndMetadata> committed, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(
            end -> {
              OffsetAndMetadata at = committed.get(end.getKey());
              return at != null && at.offset() >= end.getValue();
            });
  }

  /** Ends of the partitions that hold something: of others no offset need be committed. */
  private Map<TopicPartition, Long> ends(Topic topic) {
    TopicDescription description =
        get(
            admin
                .describeTopics(List.of(topic.topicName()))
                .topicNameValues()
                .get(topic.topicName()));
    Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    description
        .partitions()
        .forEach(
            partition -> {
              TopicPartition one = new TopicPartition(topic.topicName(), partition.partition());
              earliest.put(one, OffsetSpec.earliest());
              latest.put(one, OffsetSpec.latest());
            });
    Map<TopicPartition, ListOffsetsResultInfo> begins = get(admin.listOffsets(earliest).all());
    Map<TopicPartition, Long> ends = new HashMap<>();
    get(admin.listOffsets(latest).all())
        .forEach(
            (partition, end) -> {
              if (end.offset() > begins.get(partition).offset()) {
                ends.put(partition, end.offset());
              }
            });
    return ends;
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new RebuildException(
          "Kafka fails (%s): run hydra refit again".formatted(KafkaConnection.reason(e)),
          e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RebuildException("interrupted", e);
    }
  }
}

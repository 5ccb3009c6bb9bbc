package io.hydra.infra.kafka;

import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * Reads the lag of consumer groups from the broker. Commits are read first and ends after, so that
 * progress in between shows as lag and never as less than none.
 *
 * <p>The client is not owned.
 */
public record ConsumerLag(Admin admin) {
  /** The inputs of each of the system's groups, committed or not. */
  private static final Map<String, Set<Topic>> INPUTS =
      Map.of(
          ConsumerGroups.STREAM_PROCESSOR,
          Set.of(Topic.EVENTS),
          ConsumerGroups.TRAINER,
          Set.copyOf(Topic.TRAINER_INPUTS),
          ConsumerGroups.HEADS_WRITER,
          Set.of(Topic.HEADS),
          ConsumerGroups.SERVING,
          Set.of(Topic.QUERIES));

  /**
   * Sum of lag per group of {@link ConsumerGroups}, in their order, over its own input topics and
   * every topic it has a commit for.
   *
   * @throws UserException if the broker does not answer or an input topic does not exist
   */
  public Map<String, Long> sums() throws InterruptedException {
    try {
      Map<String, Map<TopicPartition, Long>> commits = new LinkedHashMap<>();
      for (String group : ConsumerGroups.all()) {
        commits.put(group, commits(group));
      }
      Set<String> topics = new TreeSet<>();
      commits.forEach((group, found) -> topics.addAll(inputs(group, found)));
      Logs logs = Logs.read(admin, topics);
      Map<String, Long> sums = new LinkedHashMap<>();
      commits.forEach((group, found) -> sums.put(group, sum(found, inputs(group, found), logs)));
      return sums;
    } catch (ExecutionException e) {
      throw new UserException("the lag cannot be read: " + KafkaConnection.reason(e), e.getCause());
    }
  }

  /**
   * Records between the commits, or else the starts of the logs, and their ends; a partition that
   * was cut beyond its commit, or committed beyond its end, never counts less than none.
   */
  static long sum(Map<TopicPartition, Long> commits, Set<String> inputs, Logs logs) {
    return logs.ends().keySet().stream()
        .filter(partition -> inputs.contains(partition.topic()))
        .mapToLong(
            partition -> {
              long start = logs.starts().get(partition);
              long from = Math.max(commits.getOrDefault(partition, start), start);
              return Math.max(0, logs.ends().get(partition) - from);
            })
        .sum();
  }

  private Map<TopicPartition, Long> commits(String group)
      throws InterruptedException, ExecutionException {
    try {
      Map<TopicPartition, Long> commits = new HashMap<>();
      admin
          .listConsumerGroupOffsets(Map.of(group, new ListConsumerGroupOffsetsSpec()))
          .partitionsToOffsetAndMetadata(group)
          .get()
          .forEach(
              (partition, commit) -> {
                if (commit != null) {
                  commits.put(partition, commit.offset());
                }
              });
      return commits;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Map.of();
      }
      throw e;
    }
  }

  private static Set<String> inputs(String group, Map<TopicPartition, Long> commits) {
    Set<String> topics = new TreeSet<>();
    INPUTS.getOrDefault(group, Set.of()).forEach(topic -> topics.add(topic.topicName()));
    commits.keySet().forEach(partition -> topics.add(partition.topic()));
    return topics;
  }
}

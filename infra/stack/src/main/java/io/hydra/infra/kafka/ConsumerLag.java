package io.hydra.infra.kafka;

import io.hydra.schemas.config.UserException;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * Reads the lag of consumer groups from the broker. Commits are read first and ends after, so that
 * progress in between shows as lag and never as less than none.
 */
public final class ConsumerLag {
  /** What each of the system's groups reads, committed or not. */
  private static final Map<String, Set<Topic>> INPUTS =
      Map.of(
          ConsumerGroups.STREAM_PROCESSOR,
          Set.of(Topic.EVENTS),
          ConsumerGroups.TRAINER,
          Set.of(Topic.HEAD_REQUESTS, Topic.ERASURES),
          ConsumerGroups.HEADS_WRITER,
          Set.of(Topic.HEADS),
          ConsumerGroups.SERVING,
          Set.of(Topic.QUERIES));

  private final Admin admin;

  /**
   * @param admin not owned
   */
  public ConsumerLag(Admin admin) {
    this.admin = admin;
  }

  /** Sum of lag per group of {@link ConsumerGroups}, in their order. */
  public Map<String, Long> sums() throws InterruptedException {
    Map<String, Long> sums = new LinkedHashMap<>();
    for (GroupLag group : read(ConsumerGroups.all())) {
      sums.put(group.group(), group.sum());
    }
    return sums;
  }

  /**
   * The lag of each group, over its own input topic and every topic it has a commit for.
   *
   * @throws UserException if the broker does not answer or an input topic does not exist
   */
  public List<GroupLag> read(Collection<String> groups) throws InterruptedException {
    try {
      Map<String, Map<TopicPartition, OffsetAndMetadata>> commits = new LinkedHashMap<>();
      for (String group : groups) {
        commits.put(group, commits(group));
      }
      Map<String, Set<TopicPartition>> partitions = partitions(topics(commits));
      List<TopicPartition> all = partitions.values().stream().flatMap(Set::stream).toList();
      Map<TopicPartition, ListOffsetsResultInfo> starts = offsets(all, OffsetSpec.earliest());
      Map<TopicPartition, ListOffsetsResultInfo> ends = offsets(all, OffsetSpec.latest());
      return commits.entrySet().stream()
          .map(
              entry ->
                  group(
                      entry.getKey(),
                      entry.getValue(),
                      inputs(entry.getKey(), entry.getValue()).stream()
                          .flatMap(topic -> partitions.get(topic).stream())
                          .toList(),
                      starts,
                      ends))
          .toList();
    } catch (ExecutionException e) {
      throw new UserException("the lag cannot be read: " + e.getCause().getMessage(), e.getCause());
    }
  }

  /**
   * How many records each dead-letter topic holds, by the topic's name.
   *
   * @throws UserException if the broker does not answer or a topic does not exist
   */
  public Map<String, Long> deadLetters() throws InterruptedException {
    return records(Arrays.stream(Topic.values()).filter(Topic::isDeadLetter).toList());
  }

  /**
   * How many records each of these topics holds, by the topic's name.
   *
   * @throws UserException if the broker does not answer or a topic does not exist
   */
  public Map<String, Long> records(Collection<Topic> topics) throws InterruptedException {
    try {
      List<TopicPartition> all =
          partitions(topics.stream().map(Topic::topicName).collect(Collectors.toSet()))
              .values()
              .stream()
              .flatMap(Set::stream)
              .toList();
      Map<TopicPartition, ListOffsetsResultInfo> starts = offsets(all, OffsetSpec.earliest());
      Map<TopicPartition, ListOffsetsResultInfo> ends = offsets(all, OffsetSpec.latest());
      return all.stream()
          .collect(
              Collectors.groupingBy(
                  TopicPartition::topic,
                  TreeMap::new,
                  Collectors.summingLong(p -> ends.get(p).offset() - starts.get(p).offset())));
    } catch (ExecutionException e) {
      throw new UserException(
          "the topics cannot be counted: " + e.getCause().getMessage(), e.getCause());
    }
  }

  private static GroupLag group(
      String group,
      Map<TopicPartition, OffsetAndMetadata> commits,
      List<TopicPartition> partitions,
      Map<TopicPartition, ListOffsetsResultInfo> starts,
      Map<TopicPartition, ListOffsetsResultInfo> ends) {
    return new GroupLag(
        group,
        partitions.stream()
            .map(
                p -> {
                  OffsetAndMetadata commit = commits.get(p);
                  return new PartitionLag(
                      p.topic(),
                      p.partition(),
                      commit == null ? PartitionLag.NONE : commit.offset(),
                      starts.get(p).offset(),
                      ends.get(p).offset());
                })
            .sorted(
                Comparator.comparing(PartitionLag::topic).thenComparing(PartitionLag::partition))
            .toList());
  }

  private Map<TopicPartition, OffsetAndMetadata> commits(String group)
      throws InterruptedException, ExecutionException {
    try {
      Map<TopicPartition, OffsetAndMetadata> found =
          new HashMap<>(
              admin
                  .listConsumerGroupOffsets(Map.of(group, new ListConsumerGroupOffsetsSpec()))
                  .partitionsToOffsetAndMetadata(group)
                  .get());
      found.values().removeIf(java.util.Objects::isNull);
      return found;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Map.of();
      }
      throw e;
    }
  }

  private static Set<String> topics(Map<String, Map<TopicPartition, OffsetAndMetadata>> commits) {
    Set<String> topics = new TreeSet<>();
    commits.forEach((group, found) -> topics.addAll(inputs(group, found)));
    return topics;
  }

  private static Set<String> inputs(String group, Map<TopicPartition, OffsetAndMetadata> commits) {
    Set<String> topics = new TreeSet<>();
    INPUTS.getOrDefault(group, Set.of()).forEach(topic -> topics.add(topic.topicName()));
    commits.keySet().forEach(partition -> topics.add(partition.topic()));
    return topics;
  }

  private Map<String, Set<TopicPartition>> partitions(Set<String> topics)
      throws InterruptedException, ExecutionException {
    return admin.describeTopics(topics).allTopicNames().get().entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry ->
                    entry.getValue().partitions().stream()
                        .map(info -> new TopicPartition(entry.getKey(), info.partition()))
                        .collect(Collectors.toSet())));
  }

  private Map<TopicPartition, ListOffsetsResultInfo> offsets(
      List<TopicPartition> partitions, OffsetSpec which)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> wanted =
        partitions.stream().distinct().collect(Collectors.toMap(p -> p, p -> which));
    return admin
        .listOffsets(wanted, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
        .all()
        .get();
  }

  /**
   * A consumer group's distance from the end of what it reads.
   *
   * @param partitions by topic, then partition
   */
  public record GroupLag(String group, List<PartitionLag> partitions) {
    public GroupLag {
      partitions = List.copyOf(partitions);
    }

    /** Records not yet consumed. */
    public long sum() {
      return partitions.stream().mapToLong(PartitionLag::lag).sum();
    }
  }

  /**
   * One partition's lag.
   *
   * @param committed the group's next offset, or {@link #NONE}
   * @param start first offset that the log still holds
   * @param end offset behind the last record that a transaction-aware reader can see
   */
  public record PartitionLag(String topic, int partition, long committed, long start, long end) {
    /** Stands for a partition without a commit. */
    public static final long NONE = -1;

    /** Empty where the group has committed nothing. */
    public OptionalLong committedOffset() {
      return committed == NONE ? OptionalLong.empty() : OptionalLong.of(committed);
    }

    /** Records between the commit, or else the start of the log, and its end; never negative. */
    public long lag() {
      long from = committed == NONE ? start : Math.max(committed, start);
      return Math.max(0, end - from);
    }
  }
}

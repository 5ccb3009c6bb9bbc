package io.hydra.infra.kafka;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.infra.lag.cluster.RecordTimes;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
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

  /** The first offset of each partition's log, and the one behind the last. */
  record Logs(Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends) {}

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
      Logs logs = logs(topics);
      Map<String, Long> sums = new LinkedHashMap<>();
      commits.forEach((group, found) -> sums.put(group, sum(found, inputs(group, found), logs)));
      return sums;
    } catch (ExecutionException e) {
      throw new UserException("the lag cannot be read: " + e.getCause().getMessage(), e.getCause());
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

  /**
   * Counts the records of each dead-letter topic, by the topic's name. They are read unless they
   * are very many: of those that come in transactions, offsets count each transaction's marker,
   * too.
   *
   * @throws UserException if the broker does not answer or a topic does not exist
   */
  public Map<String, Long> deadLetters(KafkaConnection kafka) throws InterruptedException {
    try (Consumer<Void, Void> reader = RecordTimes.consumer(kafka)) {
      return byTopic(LogReader.count(reader, deadLetterLogs(), System::nanoTime));
    } catch (KafkaException e) {
      throw new UserException("the dead letters cannot be counted: " + e.getMessage(), e);
    }
  }

  /**
   * Reads the headers of the newest dead letters.
   *
   * @param most of each topic
   * @throws UserException if the broker does not answer or a topic does not exist
   */
  public NewestLetters newestDeadLetters(KafkaConnection kafka, int most)
      throws InterruptedException {
    try (Consumer<Void, Void> reader = RecordTimes.consumer(kafka)) {
      return NewestLetters.read(reader, deadLetterLogs(), most, System::nanoTime);
    } catch (KafkaException e) {
      throw new UserException("the dead letters cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Reads what answers were worth to users from the outcomes of their verdicts.
   *
   * @param tenant the tenant whose users count; empty for all tenants
   * @param cohorts the tenant's own, by user id
   * @throws UserException if the broker does not answer or the topic does not exist
   */
  public AnswerGains gains(
      KafkaConnection kafka,
      SchemaRegistryClient registry,
      Optional<String> tenant,
      Map<String, String> cohorts)
      throws InterruptedException {
    try (Consumer<byte[], byte[]> reader = kafka.openReader(Map.of())) {
      Logs logs = readLogs(Set.of(Topic.VERDICT_OUTCOMES.topicName()));
      return AnswerGains.read(reader, logs, registry, tenant, cohorts, System::nanoTime);
    } catch (KafkaException e) {
      throw new UserException("the outcomes of verdicts cannot be read: " + e.getMessage(), e);
    }
  }

  private Logs deadLetterLogs() throws InterruptedException {
    return readLogs(
        Arrays.stream(Topic.values())
            .filter(Topic::isDeadLetter)
            .map(Topic::topicName)
            .collect(Collectors.toSet()));
  }

  /**
   * Counts the offsets of each of these topics, by the topic's name: a transaction takes one more
   * than it has records.
   *
   * @throws UserException if the broker does not answer or a topic does not exist
   */
  public Map<String, Long> records(Collection<Topic> topics) throws InterruptedException {
    Logs logs = readLogs(topics.stream().map(Topic::topicName).collect(Collectors.toSet()));
    Map<TopicPartition, Long> counts = new HashMap<>();
    logs.ends().forEach((p, end) -> counts.put(p, end - logs.starts().get(p)));
    return byTopic(counts);
  }

  private static Map<String, Long> byTopic(Map<TopicPartition, Long> counts) {
    Map<String, Long> sums = new TreeMap<>();
    counts.forEach((partition, count) -> sums.merge(partition.topic(), count, Long::sum));
    return sums;
  }

  private Logs readLogs(Set<String> topics) throws InterruptedException {
    try {
      return logs(topics);
    } catch (ExecutionException e) {
      throw new UserException(
          "the topics cannot be counted: " + e.getCause().getMessage(), e.getCause());
    }
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

  private Logs logs(Set<String> topics) throws InterruptedException, ExecutionException {
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
        offsets(partitions, OffsetSpec.earliest()), offsets(partitions, OffsetSpec.latest()));
  }

  private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec which)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> wanted =
        partitions.stream().collect(Collectors.toMap(p -> p, p -> which));
    ListOffsetsOptions committed = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
    return admin.listOffsets(wanted, committed).all().get().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, offset -> offset.getValue().offset()));
  }
}

package io.hydra.infra.kafka;

import io.hydra.infra.kafka.TopicRules.FoundTopic;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.retry.Sleeper;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Makes the topics of a cluster what the contract says. What is missing is created, what is there
 * is never changed: where it differs, a {@link Difference} tells.
 */
public final class TopicInstaller {
  private static final int MOST_LOOKS = 50;
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  private final Admin admin;
  private final TopicSizes sizes;
  private final TopicRules rules;

  /** The client is not owned. */
  public TopicInstaller(Admin admin, TopicSizes sizes) {
    this.admin = admin;
    this.sizes = sizes;
    this.rules = new TopicRules(sizes);
  }

  /**
   * Compares, and changes nothing.
   *
   * @throws UserException if the broker does not answer, or denies
   */
  public List<Difference> check() throws InterruptedException {
    return rules.differences(find());
  }

  /**
   * Creates the topics that are missing. Run again, it creates nothing.
   *
   * @return the topics that were created, each with what it got
   * @throws UserException if the broker does not answer, or refuses
   */
  public List<String> create() throws InterruptedException {
    Map<Topic, FoundTopic> found = find();
    List<NewTopic> missing =
        Arrays.stream(Topic.values())
            .filter(topic -> !found.containsKey(topic))
            .map(t -> t.asNewTopic(rules.partitionsOf(t, found), sizes.replicationOfNew()))
            .toList();
    List<String> created = new ArrayList<>();
    Map<String, KafkaFuture<Void>> results = admin.createTopics(missing).values();
    for (NewTopic topic : missing) {
      if (isCreated(topic.name(), results.get(topic.name()))) {
        created.add("topic %s with %d partitions".formatted(topic.name(), topic.numPartitions()));
      }
    }
    // Brokers learn of a new topic some time after it was created.
    for (int i = 0; i < MOST_LOOKS && find().size() < Topic.values().length; i++) {
      Sleeper.THREAD.sleep(BETWEEN_LOOKS);
    }
    return created;
  }

  /** False if somebody else was faster. */
  private static boolean isCreated(String name, KafkaFuture<Void> result)
      throws InterruptedException {
    try {
      result.get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false;
      }
      throw new UserException(
          "topic %s cannot be created: %s".formatted(name, e.getCause().getMessage()),
          e.getCause());
    }
  }

  private Map<Topic, FoundTopic> find() throws InterruptedException {
    Map<String, Topic> byName =
        Arrays.stream(Topic.values())
            .collect(Collectors.toMap(Topic::topicName, Function.identity()));
    Map<Topic, TopicDescription> described = new EnumMap<>(Topic.class);
    for (var each : admin.describeTopics(byName.keySet()).topicNameValues().entrySet()) {
      try {
        described.put(byName.get(each.getKey()), each.getValue().get());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw new UserException(
              "the topics cannot be described: " + KafkaConnection.reason(e), e.getCause());
        }
      }
    }
    Map<ConfigResource, KafkaFuture<Config>> settings =
        admin
            .describeConfigs(described.keySet().stream().map(TopicInstaller::resource).toList())
            .values();
    Map<Topic, FoundTopic> found = new EnumMap<>(Topic.class);
    for (Map.Entry<Topic, TopicDescription> each : described.entrySet()) {
      TopicDescription topic = each.getValue();
      found.put(
          each.getKey(),
          new FoundTopic(
              topic.partitions().size(),
              topic.partitions().stream().mapToInt(p -> p.replicas().size()).min().orElse(0),
              settings(settings.get(resource(each.getKey())))));
    }
    return found;
  }

  /** Empty where reading them is denied, or a broker has not heard of the topic yet. */
  private static Map<String, String> settings(KafkaFuture<Config> settings)
      throws InterruptedException {
    try {
      return settings.get().entries().stream()
          .filter(entry -> entry.value() != null)
          .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException
          || e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Map.of();
      }
      throw new UserException(
          "the topics' settings cannot be read: " + KafkaConnection.reason(e), e.getCause());
    }
  }

  private static ConfigResource resource(Topic topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic.topicName());
  }

  /**
   * The sizes of topics. What is not given is not compared with topics that are there.
   *
   * @param replication copies of each partition
   */
  public record TopicSizes(OptionalInt partitions, OptionalInt replication) {
    private static final int DEFAULT_PARTITIONS = 4;

    /** Has the broker use its own default. */
    private static final short BROKERS_DEFAULT = -1;

    public static TopicSizes of(int partitions, int replication) {
      return new TopicSizes(OptionalInt.of(partitions), OptionalInt.of(replication));
    }

    int partitionsOfNew() {
      return partitions.orElse(DEFAULT_PARTITIONS);
    }

    short replicationOfNew() {
      return (short) replication.orElse(BROKERS_DEFAULT);
    }
  }

  /**
   * Something that a cluster has otherwise than the contract wants it, or does not have.
   *
   * @param subject topic or registry subject
   * @param trouble the difference itself
   * @param remedy the remedy; this program changes nothing that exists
   */
  public record Difference(String subject, String trouble, String remedy) {
    /** On one line. */
    @Override
    public String toString() {
      return "%s %s: %s".formatted(subject, trouble, remedy);
    }
  }
}

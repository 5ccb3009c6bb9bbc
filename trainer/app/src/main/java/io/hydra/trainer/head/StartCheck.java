package io.hydra.trainer.head;

import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_COMPACT;
import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MAX_MESSAGE_BYTES_CONFIG;

import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.retry.Retry;
import io.hydra.runtime.retry.Sleeper;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.client.RedisEviction;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Waits for what the trainer needs and is not there yet, and verifies what would otherwise undo
 * erasures in silence or stop the trainer later. Runs before anything is consumed.
 *
 * @param registry looks up the schema of heads; throws {@link RegistryUnavailableException}, or
 *     {@link SerializationException} if it is not registered yet
 * @param redis throws {@link JedisException} if Redis is away
 */
public record StartCheck(
    Topics topics, Runnable registry, RedisProbe redis, Backoff backoff, Sleeper sleeper) {
  private static final Logger log = LoggerFactory.getLogger(StartCheck.class);
  private static final List<Topic> OUTPUTS =
      Stream.concat(
              Topic.TRAINER_INPUTS.stream().map(Topic::deadLetters),
              Stream.of(Topic.HEADS, Topic.VERDICT_OUTCOMES))
          .toList();

  /** The broker's answers about topics. Throws {@link KafkaException} if it does not answer. */
  public interface Topics {
    /** Throws {@link UnknownTopicOrPartitionException} if there is none yet. */
    int partitions(Topic topic);

    /** Partitions of the changelog of a store of the trainer's; empty if there is none yet. */
    OptionalInt changelogPartitions(String changelog);

    /** A setting of the topic's; empty if the broker does not let us know. */
    Optional<String> setting(Topic topic, String name);
  }

  /** Verifies Redis' settings. */
  @FunctionalInterface
  public interface RedisProbe {
    void verify() throws RedisEviction.EvictsException;
  }

  /** Makes a client of the broker, which fails while the broker's name is unknown. */
  public static <T> T connect(Supplier<T> client, Backoff backoff, Sleeper sleeper)
      throws InterruptedException {
    return new Retry(new Outage("Kafka"), KafkaConnection::isOutage, backoff, sleeper)
        .call(client::get);
  }

  /**
   * @return the number of partitions of each of the inputs
   * @throws UserException if something is there and set up so that erasures would not hold, or so
   *     that a topic has no room for what the trainer writes
   */
  public int run() throws InterruptedException {
    int partitions = verifyTopics();
    retry(
            "the schema registry",
            e -> e instanceof RegistryUnavailableException || e instanceof SerializationException)
        .run(registry::run);
    try {
      retry("Redis", Dependencies::isRedis).run(redis::verify);
    } catch (RedisEviction.EvictsException e) {
      throw new UserException(e.getMessage());
    }
    return partitions;
  }

  /** The partitions of each of the inputs. */
  private int verifyTopics() throws InterruptedException {
    Retry broker = retry("Kafka", KafkaConnection::isOutage);
    for (Topic topic : OUTPUTS) {
      int unused = broker.call(() -> topics.partitions(topic));
      verifyRoom(topic, broker.call(() -> topics.setting(topic, MAX_MESSAGE_BYTES_CONFIG)));
    }
    int partitions = verifyInputs(broker);
    for (String changelog : HeadsTopology.CHANGELOGS) {
      verifyChangelog(broker, changelog, partitions);
    }
    verifyHeads(broker.call(() -> topics.partitions(Topic.HEADS)), partitions);
    Optional<String> policy = broker.call(() -> topics.setting(Topic.HEADS, CLEANUP_POLICY_CONFIG));
    if (policy.isEmpty()) {
      log.warn(
          "{} of {} cannot be read. Make sure that it is {}",
          CLEANUP_POLICY_CONFIG,
          Topic.HEADS.topicName(),
          CLEANUP_POLICY_COMPACT);
    } else if (!policy.get().contains(CLEANUP_POLICY_COMPACT)) {
      throw new UserException(
          ("%s has %s=%s. Only compaction removes what was forgotten and keeps the rest. Set"
                  + " %s=%s (kafka-configs --alter --add-config), then start again")
              .formatted(
                  Topic.HEADS.topicName(),
                  CLEANUP_POLICY_CONFIG,
                  policy.get(),
                  CLEANUP_POLICY_CONFIG,
                  CLEANUP_POLICY_COMPACT));
    }
    return partitions;
  }

  /**
   * With too little, what is written there is refused; with less still, so is the record that ends
   * a transaction.
   */
  private static void verifyRoom(Topic topic, Optional<String> bytes) {
    if (bytes.isPresent() && Integer.parseInt(bytes.get()) < Topic.MIN_MESSAGE_BYTES) {
      throw new UserException(
          "%s has %s=%s, too little for what the trainer writes. hydra topics --check says how to raise it: do so, then start again"
              .formatted(topic.topicName(), MAX_MESSAGE_BYTES_CONFIG, bytes.get()));
    }
  }

  /** The partitions of each of the inputs. */
  private int verifyInputs(Retry broker) throws InterruptedException {
    Map<Topic, Integer> partitions = new EnumMap<>(Topic.class);
    for (Topic topic : Topic.TRAINER_INPUTS) {
      partitions.put(topic, broker.call(() -> topics.partitions(topic)));
    }
    int most = Collections.max(partitions.values());
    for (Map.Entry<Topic, Integer> fewer : partitions.entrySet()) {
      if (fewer.getValue() != most) {
        throw new UserException(
            ("%s. With different numbers an erased user's heads would come back, and verdicts would"
                    + " not find their answers. Raise %s to %d (kafka-topics --alter --partitions),"
                    + " then start again")
                .formatted(
                    partitions.entrySet().stream()
                        .map(
                            topic ->
                                "%s has %d partitions"
                                    .formatted(topic.getKey().topicName(), topic.getValue()))
                        .collect(Collectors.joining(", ")),
                    fewer.getKey().topicName(),
                    most));
      }
    }
    return most;
  }

  /** Kafka Streams gives a store the partitions of its topics once, and starts with no others. */
  private void verifyChangelog(Retry broker, String changelog, int partitions)
      throws InterruptedException {
    OptionalInt found = broker.call(() -> topics.changelogPartitions(changelog));
    if (found.isPresent() && found.getAsInt() != partitions) {
      throw new UserException(
          ("%s has %d partitions and %s has %d. Stop all trainers, run"
                  + " kafka-streams-application-reset --application-id %s --input-topics %s, delete"
                  + " the state directories and, once group %s has no lag, %s, run hydra topics, start"
                  + " again, then run hydra refit --all: heads are fitted once more, without verdicts"
                  + " that are older than a day")
              .formatted(
                  changelog,
                  found.getAsInt(),
                  Topic.HEAD_REQUESTS.topicName(),
                  partitions,
                  ConsumerGroups.TRAINER,
                  Topic.TRAINER_INPUTS.stream()
                      .map(Topic::topicName)
                      .collect(Collectors.joining(",")),
                  ConsumerGroups.HEADS_WRITER,
                  Topic.HEADS.topicName()));
    }
  }

  /**
   * The inputs never change their number without the changelogs, whose check says to delete the
   * heads' topic. Raised, users move on and leave records behind that no tombstone reaches: read
   * again from the start, these would bring back the heads of who was forgotten.
   */
  private static void verifyHeads(int found, int partitions) {
    if (found != partitions) {
      throw new UserException(
          ("%s has %d partitions and %s has %d. With another number an erased user's heads could come"
                  + " back. Once group %s has no lag, delete %s, run hydra topics, which creates it with %d, start again, then"
                  + " run hydra refit --all")
              .formatted(
                  Topic.HEADS.topicName(),
                  found,
                  Topic.HEAD_REQUESTS.topicName(),
                  partitions,
                  ConsumerGroups.HEADS_WRITER,
                  Topic.HEADS.topicName(),
                  partitions));
    }
  }

  private Retry retry(String dependency, Predicate<Exception> isOutage) {
    return new Retry(new Outage(dependency), isOutage, Dependencies::reason, backoff, sleeper);
  }

  /** Asks by an admin client. */
  public record AdminTopics(Admin admin) implements Topics {
    @Override
    public int partitions(Topic topic) {
      return describe(topic).partitions().size();
    }

    /** The id of the topic, which another topic of the same name does not have. */
    public Uuid id(Topic topic) {
      return describe(topic).topicId();
    }

    @Override
    public OptionalInt changelogPartitions(String changelog) {
      try {
        return OptionalInt.of(describe(changelog).partitions().size());
      } catch (UnknownTopicOrPartitionException e) {
        return OptionalInt.empty();
      }
    }

    @Override
    public Optional<String> setting(Topic topic, String name) {
      ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.topicName());
      try {
        return Optional.of(
            get(admin.describeConfigs(List.of(resource)).values().get(resource)).get(name).value());
      } catch (AuthorizationException e) {
        return Optional.empty();
      }
    }

    private TopicDescription describe(Topic topic) {
      try {
        return describe(topic.topicName());
      } catch (UnknownTopicOrPartitionException e) {
        throw new UnknownTopicOrPartitionException(
            "there is no topic %s: create the topics first".formatted(topic.topicName()), e);
      }
    }

    private TopicDescription describe(String name) {
      return get(admin.describeTopics(List.of(name)).topicNameValues().get(name));
    }

    private static <T> T get(KafkaFuture<T> future) {
      try {
        return future.get();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof KafkaException kafka
            ? kafka
            : new KafkaException(e.getCause());
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
    }
  }
}

package io.hydra.trainer.start;

import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.retry.Retry;
import io.hydra.runtime.retry.Sleeper;
import io.hydra.schemas.redis.client.RedisEviction;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import io.hydra.trainer.head.HeadsTopology;
import io.hydra.trainer.head.KafkaFaults;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Waits for what the trainer needs and is not there yet, and verifies what would otherwise undo
 * erasures in silence. Runs before anything is consumed.
 */
public final class StartCheck {
  private static final Logger log = LoggerFactory.getLogger(StartCheck.class);
  private static final String KAFKA = "Kafka";
  private static final List<Topic> TOPICS =
      List.of(
          Topic.HEAD_REQUESTS,
          Topic.ERASURES,
          Topic.HEADS,
          Topic.HEAD_REQUESTS.deadLetters(),
          Topic.ERASURES.deadLetters());

  private final Topics topics;
  private final Runnable registry;
  private final RedisProbe redis;
  private final Backoff backoff;
  private final Sleeper sleeper;

  /** Verifies Redis' settings. */
  @FunctionalInterface
  public interface RedisProbe {
    void verify() throws RedisEviction.EvictsException;
  }

  /**
   * @param registry looks up the schema of heads; throws {@link RegistryUnavailableException}, or
   *     {@link SerializationException} if it is not registered yet
   * @param redis throws {@link JedisException} if Redis is away
   */
  public StartCheck(
      Topics topics, Runnable registry, RedisProbe redis, Backoff backoff, Sleeper sleeper) {
    this.topics = topics;
    this.registry = registry;
    this.redis = redis;
    this.backoff = backoff;
    this.sleeper = sleeper;
  }

  /**
   * Makes a client of the broker, which fails while the broker's name is unknown.
   *
   * @return the client, to be closed by the caller
   */
  public static <T> T connect(Supplier<T> client, Backoff backoff, Sleeper sleeper)
      throws InterruptedException {
    return new Retry(new Outage(KAFKA), StartCheck::isKafka, backoff, sleeper).call(client::get);
  }

  private static boolean isKafka(Exception e) {
    return e instanceof KafkaException kafka && KafkaFaults.isDependency(kafka);
  }

  /**
   * @throws StartException if something is there and set up so that erasures would not hold
   */
  public void run() throws StartException, InterruptedException {
    verifyTopics();
    retry(
            "the schema registry",
            e -> e instanceof RegistryUnavailableException || e instanceof SerializationException)
        .call(
            () -> {
              registry.run();
              return null;
            });
    try {
      new Retry(
              new Outage("Redis"),
              e -> e instanceof JedisException jedis && RedisFault.of(jedis) == RedisFault.AWAY,
              e -> e instanceof JedisException jedis ? RedisFault.reason(jedis) : e.getMessage(),
              backoff,
              sleeper)
          .call(
              () -> {
                redis.verify();
                return null;
              });
    } catch (RedisEviction.EvictsException e) {
      throw new StartException(e.getMessage());
    }
  }

  private void verifyTopics() throws StartException, InterruptedException {
    Retry broker = retry(KAFKA, StartCheck::isKafka);
    for (Topic topic : TOPICS) {
      int unused = broker.call(() -> topics.partitions(topic));
    }
    int requests = broker.call(() -> topics.partitions(Topic.HEAD_REQUESTS));
    int erasures = broker.call(() -> topics.partitions(Topic.ERASURES));
    if (requests != erasures) {
      Topic fewer = requests < erasures ? Topic.HEAD_REQUESTS : Topic.ERASURES;
      throw new StartException(
          ("%s has %d partitions and %s has %d. With different numbers an erased user's heads would"
                  + " come back. Raise %s to %d (kafka-topics --alter --partitions), then start again")
              .formatted(
                  Topic.HEAD_REQUESTS.topicName(),
                  requests,
                  Topic.ERASURES.topicName(),
                  erasures,
                  fewer.topicName(),
                  Math.max(requests, erasures)));
    }
    verifyChangelog(broker.call(topics::changelogPartitions), requests);
    Optional<String> policy = broker.call(() -> topics.cleanupPolicy(Topic.HEADS));
    if (policy.isEmpty()) {
      log.warn(
          "{} of {} cannot be read. Make sure that it is {}",
          TopicConfig.CLEANUP_POLICY_CONFIG,
          Topic.HEADS.topicName(),
          TopicConfig.CLEANUP_POLICY_COMPACT);
    } else if (!policy.get().contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      throw new StartException(
          ("%s has %s=%s. Only compaction removes what was forgotten and keeps the rest. Set"
                  + " %s=%s (kafka-configs --alter --add-config), then start again")
              .formatted(
                  Topic.HEADS.topicName(),
                  TopicConfig.CLEANUP_POLICY_CONFIG,
                  policy.get(),
                  TopicConfig.CLEANUP_POLICY_CONFIG,
                  TopicConfig.CLEANUP_POLICY_COMPACT));
    }
  }

  /** Kafka Streams gives a store the partitions of its topics once, and starts with no others. */
  private static void verifyChangelog(OptionalInt partitions, int requests) throws StartException {
    if (partitions.isEmpty() || partitions.getAsInt() == requests) {
      return;
    }
    throw new StartException(
        ("%s has %d partitions and %s has %d. Stop all trainers, run"
                + " kafka-streams-application-reset --application-id %s --input-topics %s,%s, delete"
                + " the state directories, then start again: all heads are fitted once more")
            .formatted(
                HeadsTopology.CHANGELOG,
                partitions.getAsInt(),
                Topic.HEAD_REQUESTS.topicName(),
                requests,
                ConsumerGroups.TRAINER,
                Topic.HEAD_REQUESTS.topicName(),
                Topic.ERASURES.topicName()));
  }

  private Retry retry(String dependency, Predicate<Exception> isOutage) {
    return new Retry(new Outage(dependency), isOutage, backoff, sleeper);
  }
}

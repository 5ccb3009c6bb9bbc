package io.hydra.schemas.topic;

import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.HeadUpdateRequest;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.UserErased;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.avro.VerdictOutcome;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/** The topic catalogue: every topic of the system with its schema, cleanup policy and retention. */
public enum Topic {
  /** Behaviour events: the log that histories are rebuilt from, so it is kept. */
  EVENTS("hydra.events", BehaviorEvent.getClassSchema(), Retention.FOREVER),
  HEAD_REQUESTS("hydra.head-requests", HeadUpdateRequest.getClassSchema(), Duration.ofDays(1)),
  HEADS("hydra.heads", UserHeads.getClassSchema(), Retention.OF_THE_LATEST),
  QUERIES("hydra.queries", Query.getClassSchema(), Duration.ofDays(1)),
  RESPONSES("hydra.responses", Response.getClassSchema(), Duration.ofDays(1)),
  /** Exposures: answers as users were shown them, for the trainer, which keeps what it needs. */
  EXPOSURES("hydra.exposures", Exposure.getClassSchema(), Duration.ofDays(1)),
  /** The outcome of each verdict on a response, for whoever gave it. */
  VERDICT_OUTCOMES("hydra.verdict-outcomes", VerdictOutcome.getClassSchema(), Duration.ofDays(1)),
  /** Users who were forgotten, and up to when; kept as the proof that it was done. */
  ERASURES("hydra.erasures", UserErased.getClassSchema(), Retention.FOREVER),
  EVENTS_DLQ("hydra.events.dlq", null, Duration.ofDays(14)),
  HEAD_REQUESTS_DLQ("hydra.head-requests.dlq", null, Duration.ofDays(14)),
  EXPOSURES_DLQ("hydra.exposures.dlq", null, Duration.ofDays(14)),
  QUERIES_DLQ("hydra.queries.dlq", null, Duration.ofDays(14)),
  ERASURES_DLQ("hydra.erasures.dlq", null, Duration.ofDays(14));

  /**
   * The trainer's inputs. It reads them by user into the same state stores, so they need the same
   * number of partitions: with others the heads of a user who was forgotten would come back.
   */
  public static final List<Topic> TRAINER_INPUTS = List.of(HEAD_REQUESTS, ERASURES, EXPOSURES);

  /** Suffix of a topic's dead-letter topic. */
  public static final String DLQ_SUFFIX = ".dlq";

  /** The largest record that a dead-letter topic takes, with a producer's own overhead. */
  public static final int MAX_DEAD_LETTER_BYTES = 2 * 1024 * 1024;

  /**
   * The least that a topic must take in one batch: heads of a user, of five tasks and two bases,
   * are 10 KB, a letter without its value one, and the end of a transaction, which Kafka writes
   * itself and cannot do without, is 78 bytes.
   */
  public static final int MIN_MESSAGE_BYTES = 16 * 1024;

  /** So many segments hold what is kept, so that it is deleted little more than one too late. */
  private static final int SEGMENTS = 8;

  private static final class Retention {
    static final Duration FOREVER = Duration.ofMillis(-1);

    /** Of the last record of each key: the topic is compacted. */
    static final Duration OF_THE_LATEST = null;
  }

  private final String topicName;
  private final Optional<Schema> schema;
  private final Duration retention;

  @SuppressWarnings("ImmutableEnumChecker") // Schema is immutable in use: nothing here changes it.
  Topic(String topicName, Schema schema, Duration retention) {
    this.topicName = topicName;
    this.schema = Optional.ofNullable(schema);
    this.retention = retention;
  }

  public String topicName() {
    return topicName;
  }

  /** Schema of the values; empty for dead letters, which keep the bytes they came with. */
  public Optional<Schema> schema() {
    return schema;
  }

  /** The registry subject of the values, by the topic name strategy. */
  public String subject() {
    return topicName + "-value";
  }

  public boolean isDeadLetter() {
    return topicName.endsWith(DLQ_SUFFIX);
  }

  /**
   * The topic of this one's bad records.
   *
   * @throws IllegalStateException if it has no dead-letter topic
   */
  public Topic deadLetters() {
    return Arrays.stream(values())
        .filter(t -> t.topicName.equals(topicName + DLQ_SUFFIX))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(topicName + " has no dead-letter topic"));
  }

  /** Name and settings, for an admin client to create it. */
  public NewTopic asNewTopic(int partitions, short replicationFactor) {
    Map<String, String> config = new HashMap<>();
    if (retention == Retention.OF_THE_LATEST) {
      config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
      // Compaction's defaults (never forced, active segment of a week) would keep what was
      // forgotten.
      config.put(TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG, millis(Duration.ofDays(1)));
      config.put(TopicConfig.SEGMENT_MS_CONFIG, millis(Duration.ofHours(6)));
    } else {
      config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
      config.put(TopicConfig.RETENTION_MS_CONFIG, millis(retention));
      if (!retention.equals(Retention.FOREVER)) {
        // A broker deletes whole segments once their newest record is old enough.
        config.put(TopicConfig.SEGMENT_MS_CONFIG, millis(retention.dividedBy(SEGMENTS)));
      }
    }
    if (isDeadLetter()) {
      // The largest record of the origin and our headers must fit.
      config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(MAX_DEAD_LETTER_BYTES));
    }
    return new NewTopic(topicName, partitions, replicationFactor).configs(config);
  }

  private static String millis(Duration duration) {
    return Long.toString(duration.toMillis());
  }
}

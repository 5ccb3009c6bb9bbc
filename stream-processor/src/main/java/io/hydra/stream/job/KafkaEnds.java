package io.hydra.stream.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Instant.ofEpochMilli;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.retry.Retry;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.avro.GivenVerdict;
import io.hydra.schemas.avro.HeadUpdateRequest;
import io.hydra.schemas.avro.TriggerReason;
import io.hydra.schemas.avro.UserErased;
import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import io.hydra.stream.event.DeadLetter;
import io.hydra.stream.event.RawRecord;
import io.hydra.stream.event.UserVerdict;
import io.hydra.stream.trigger.HeadRequest;
import io.hydra.stream.writer.HistoryVersion.ErasedUser;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.util.function.SerializableFunction;
import org.apache.flink.util.function.SerializableSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The job's ends in Kafka. Both sinks may repeat a record after a failure, and never lose one. */
public final class KafkaEnds {
  // The clients' hundreds of metrics are in JMX; Flink's own of source and sinks stay.
  private static final String REGISTER_PRODUCER_METRICS = "register.producer.metrics";

  // The client's own 5 ms would be a good part of an event's way to its head.
  private static final String LINGER_MS = "1";

  /**
   * A fetch is answered once it has so much, or after so long. It costs broker and job far more
   * than an event of it does, and so does each step behind it, so at some hundred events a second
   * they should not come one by one.
   */
  private static final String FETCH_MIN_BYTES = Integer.toString(64 * 1024);

  private static final String FETCH_MAX_WAIT_MS = "15";

  private final KafkaConnection kafka;

  public KafkaEnds(KafkaConnection kafka) {
    this.kafka = kafka;
  }

  /**
   * From the checkpoint, without one from the group's offsets, without those from the beginning.
   * Offsets are committed when a checkpoint completes.
   */
  public Source<RawRecord, ?, ?> events() {
    return KafkaSource.<RawRecord>builder()
        .setBootstrapServers(kafka.bootstrapServers())
        .setProperties(kafka.propertiesWith(Map.of()))
        .setTopics(Topic.EVENTS.topicName())
        .setGroupId(ConsumerGroups.STREAM_PROCESSOR)
        .setClientIdPrefix(ConsumerGroups.STREAM_PROCESSOR)
        .setStartingOffsets(OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST))
        .setDeserializer(new RawRecord.Schema())
        // Like the rebuild: aborted transactions never enter a history.
        .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")
        .setProperty(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, FETCH_MIN_BYTES)
        .setProperty(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_MAX_WAIT_MS)
        .setProperty(KafkaSourceOptions.REGISTER_KAFKA_CONSUMER_METRICS.key(), "false")
        .build();
  }

  /** All that the job writes. */
  public HistoryJob.Outputs outputs(SerializableSupplier<SchemaRegistryClient> registry) {
    return new HistoryJob.Outputs(
        sink(deadLetterSchema()),
        sink(UserRecordSchema.headRequests(registry)),
        sink(UserRecordSchema.verdicts(registry)),
        sink(UserRecordSchema.erasures(registry)));
  }

  static DeadLetter.Schema deadLetterSchema() {
    return new DeadLetter.Schema(Topic.EVENTS_DLQ.topicName(), DeadLetters.MAX_BYTES);
  }

  private <T> Sink<T> sink(KafkaRecordSerializationSchema<T> schema) {
    return KafkaSink.<T>builder()
        .setBootstrapServers(kafka.bootstrapServers())
        .setKafkaProducerConfig(kafka.propertiesWith(Map.of()))
        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
        .setProperty(
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(Topic.MAX_DEAD_LETTER_BYTES))
        .setProperty(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS)
        .setProperty(REGISTER_PRODUCER_METRICS, "false")
        .setRecordSerializer(schema)
        .build();
  }

  /**
   * Writes records about users as Avro, keyed {@code tenant:user}; waits while the registry is
   * away.
   *
   * @param <T> the job's own type of such a record
   */
  private static final class UserRecordSchema<T> implements KafkaRecordSerializationSchema<T> {
    private static final long serialVersionUID = 1L;

    private final Topic topic;
    private final SerializableSupplier<SchemaRegistryClient> registry;
    private final SerializableFunction<T, String> userKey;

    /**
     * Returns a {@link SpecificRecord}, and does not say so: the job's jar relocates Avro, but not
     * in the signatures by which serialized lambdas are found again.
     */
    private final SerializableFunction<T, Object> toAvro;

    private transient RegistrySerializer<SpecificRecord> serializer;
    private transient Retry retry;

    private UserRecordSchema(
        Topic topic,
        SerializableSupplier<SchemaRegistryClient> registry,
        SerializableFunction<T, String> userKey,
        SerializableFunction<T, Object> toAvro) {
      this.topic = topic;
      this.registry = registry;
      this.userKey = userKey;
      this.toAvro = toAvro;
    }

    /** Head requests as the trainer reads them. */
    static UserRecordSchema<HeadRequest> headRequests(
        SerializableSupplier<SchemaRegistryClient> registry) {
      return new UserRecordSchema<>(
          Topic.HEAD_REQUESTS,
          registry,
          HeadRequest::userKey,
          request -> {
            UserKey user = UserKey.parse(request.userKey());
            return new HeadUpdateRequest(
                user.tenant(),
                user.userId(),
                request.task(),
                request.historyVersion(),
                request.reason(),
                ofEpochMilli(request.requestedAt()),
                null);
          });
    }

    /** Verdicts as the trainer reads them: requests that wait for no version of the history. */
    static UserRecordSchema<UserVerdict> verdicts(
        SerializableSupplier<SchemaRegistryClient> registry) {
      return new UserRecordSchema<>(
          Topic.HEAD_REQUESTS,
          registry,
          UserVerdict::userKey,
          verdict -> {
            UserKey user = UserKey.parse(verdict.userKey());
            Feedback feedback =
                new Feedback(
                    verdict.queryId(),
                    verdict.verdict(),
                    verdict.candidate(),
                    verdict.text(),
                    verdict.rating());
            return new HeadUpdateRequest(
                user.tenant(),
                user.userId(),
                verdict.task(),
                0L,
                TriggerReason.FEEDBACK,
                ofEpochMilli(verdict.recordedAt()),
                new GivenVerdict(verdict.eventId(), ofEpochMilli(verdict.occurredAt()), feedback));
          });
    }

    /** Erasures as the rest of the system, and an auditor, reads them. */
    static UserRecordSchema<ErasedUser> erasures(
        SerializableSupplier<SchemaRegistryClient> registry) {
      return new UserRecordSchema<>(
          Topic.ERASURES,
          registry,
          ErasedUser::userKey,
          erased -> {
            UserKey user = UserKey.parse(erased.userKey());
            return new UserErased(
                user.tenant(),
                user.userId(),
                erased.eventId(),
                ofEpochMilli(erased.upTo()),
                erased.removed(),
                erased.kept(),
                ofEpochMilli(erased.performedAt()));
          });
    }

    @Override
    public void open(SerializationSchema.InitializationContext context, KafkaSinkContext sink) {
      serializer = new RegistrySerializer<>(registry.get(), topic);
      retry = Retry.endless("the schema registry", e -> e instanceof RegistryUnavailableException);
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        T element, KafkaSinkContext context, Long timestamp) {
      String name = topic.topicName();
      SpecificRecord record = (SpecificRecord) toAvro.apply(element);
      try {
        byte[] value = retry.call(() -> serializer.serialize(name, record));
        return new ProducerRecord<>(name, userKey.apply(element).getBytes(UTF_8), value);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("stopped while the schema registry was away", e);
      }
    }
  }
}

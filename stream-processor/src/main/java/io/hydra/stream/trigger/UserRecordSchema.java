package io.hydra.stream.trigger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Instant.ofEpochMilli;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.runtime.retry.Retry;
import io.hydra.schemas.avro.HeadUpdateRequest;
import io.hydra.schemas.avro.UserErased;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import io.hydra.stream.writer.HistoryVersion.ErasedUser;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.util.function.SerializableFunction;
import org.apache.flink.util.function.SerializableSupplier;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes records about users as Avro, keyed {@code tenant:user}; waits while the registry is away.
 *
 * @param <T> what the job knows
 */
public final class UserRecordSchema<T> implements KafkaRecordSerializationSchema<T> {
  private static final long serialVersionUID = 1L;

  private final Topic topic;
  private final SerializableSupplier<SchemaRegistryClient> registry;
  private final SerializableFunction<T, String> userKey;
  private final SerializableFunction<T, SpecificRecord> toAvro;
  private transient RegistrySerializer<SpecificRecord> serializer;
  private transient Retry retry;

  private UserRecordSchema(
      Topic topic,
      SerializableSupplier<SchemaRegistryClient> registry,
      SerializableFunction<T, String> userKey,
      SerializableFunction<T, SpecificRecord> toAvro) {
    this.topic = topic;
    this.registry = registry;
    this.userKey = userKey;
    this.toAvro = toAvro;
  }

  /** Head requests as the trainer reads them. */
  public static UserRecordSchema<HeadRequest> headRequests(
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
              ofEpochMilli(request.requestedAt()));
        });
  }

  /** Erasures as the rest of the system, and an auditor, reads them. */
  public static UserRecordSchema<ErasedUser> erasures(
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
    SpecificRecord record = toAvro.apply(element);
    try {
      byte[] value = retry.call(() -> serializer.serialize(name, record));
      return new ProducerRecord<>(name, userKey.apply(element).getBytes(UTF_8), value);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while the schema registry was away", e);
    }
  }
}

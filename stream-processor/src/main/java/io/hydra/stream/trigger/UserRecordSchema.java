package io.hydra.stream.trigger;

import static java.time.Instant.ofEpochMilli;

import io.hydra.runtime.retry.Retry;
import io.hydra.schemas.avro.HeadUpdateRequest;
import io.hydra.schemas.avro.UserErased;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import io.hydra.stream.event.RegistryFactory;
import io.hydra.stream.history.ErasedUser;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes records about users as Avro, keyed {@code tenant:user}; waits while the registry is away.
 *
 * @param <T> what the job knows
 */
public final class UserRecordSchema<T> implements KafkaRecordSerializationSchema<T> {
  private static final long serialVersionUID = 1L;

  private final Topic topic;
  private final RegistryFactory registry;
  private final Encoding<T> encoding;
  private transient RegistrySerializer<SpecificRecord> serializer;
  private transient Retry retry;

  private UserRecordSchema(Topic topic, RegistryFactory registry, Encoding<T> encoding) {
    this.topic = topic;
    this.registry = registry;
    this.encoding = encoding;
  }

  private interface Encoding<T> extends Serializable {
    Keyed encode(T element);
  }

  /** A record, and whose it is. */
  private record Keyed(String userKey, SpecificRecord value) {}

  /** Head requests as the trainer reads them. */
  public static UserRecordSchema<HeadRequest> headRequests(RegistryFactory registry) {
    return new UserRecordSchema<>(
        Topic.HEAD_REQUESTS,
        registry,
        request -> {
          UserKey user = UserKey.parse(request.userKey());
          return new Keyed(
              request.userKey(),
              HeadUpdateRequest.newBuilder()
                  .setTenant(user.tenant())
                  .setUserId(user.userId())
                  .setTask(request.task())
                  .setHistoryVersion(request.historyVersion())
                  .setReason(request.reason())
                  .setRequestedAt(ofEpochMilli(request.requestedAt()))
                  .build());
        });
  }

  /** Erasures as the rest of the system, and whoever audits it, reads them. */
  public static UserRecordSchema<ErasedUser> erasures(RegistryFactory registry) {
    return new UserRecordSchema<>(
        Topic.ERASURES,
        registry,
        erased -> {
          UserKey user = UserKey.parse(erased.userKey());
          return new Keyed(
              erased.userKey(),
              UserErased.newBuilder()
                  .setTenant(user.tenant())
                  .setUserId(user.userId())
                  .setEventId(erased.eventId())
                  .setErasedUpTo(ofEpochMilli(erased.upTo()))
                  .setItemsRemoved(erased.removed())
                  .setItemsKept(erased.kept())
                  .setPerformedAt(ofEpochMilli(erased.performedAt()))
                  .build());
        });
  }

  @Override
  public void open(SerializationSchema.InitializationContext context, KafkaSinkContext sink) {
    serializer = new RegistrySerializer<>(registry.open(), topic);
    retry = Retry.endless("the schema registry", e -> e instanceof RegistryUnavailableException);
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      T element, KafkaSinkContext context, Long timestamp) {
    String name = topic.topicName();
    Keyed keyed = encoding.encode(element);
    try {
      byte[] bytes = retry.call(() -> serializer.serialize(name, keyed.value()));
      return new ProducerRecord<>(name, keyed.userKey().getBytes(StandardCharsets.UTF_8), bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while the schema registry was away", e);
    }
  }
}

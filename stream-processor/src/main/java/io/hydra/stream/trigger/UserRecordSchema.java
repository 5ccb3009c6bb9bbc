package io.hydra.stream.trigger;

import io.hydra.runtime.retry.Retry;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import io.hydra.stream.event.RegistryFactory;
import java.nio.charset.StandardCharsets;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes records about users as Avro, keyed {@code tenant:user}; waits while the registry is away.
 *
 * @param <T> what the job knows
 * @param <R> what the topic holds
 */
abstract class UserRecordSchema<T, R extends SpecificRecord>
    implements KafkaRecordSerializationSchema<T> {
  private static final long serialVersionUID = 1L;

  private final Topic topic;
  private final RegistryFactory registry;
  private transient RegistrySerializer<R> serializer;
  private transient Retry retry;

  UserRecordSchema(Topic topic, RegistryFactory registry) {
    this.topic = topic;
    this.registry = registry;
  }

  /** {@code tenant:user}. */
  abstract String userKey(T element);

  abstract R record(UserKey user, T element);

  @Override
  public void open(SerializationSchema.InitializationContext context, KafkaSinkContext sink) {
    serializer = new RegistrySerializer<>(registry.open(), topic);
    retry = Retry.endless("the schema registry", e -> e instanceof RegistryUnavailableException);
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      T element, KafkaSinkContext context, Long timestamp) {
    String name = topic.topicName();
    String key = userKey(element);
    R value = record(UserKey.parse(key), element);
    try {
      byte[] bytes = retry.call(() -> serializer.serialize(name, value));
      return new ProducerRecord<>(name, key.getBytes(StandardCharsets.UTF_8), bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while the schema registry was away", e);
    }
  }
}

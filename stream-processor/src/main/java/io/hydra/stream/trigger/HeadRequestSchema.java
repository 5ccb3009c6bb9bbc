package io.hydra.stream.trigger;

import io.hydra.schemas.avro.HeadUpdateRequest;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import io.hydra.stream.event.RegistryFactory;
import io.hydra.stream.retry.Retrier;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes head requests as Avro, keyed {@code tenant:user}; waits while the registry is away. */
public final class HeadRequestSchema implements KafkaRecordSerializationSchema<HeadRequest> {
  private static final long serialVersionUID = 1L;

  private final RegistryFactory registry;
  private transient RegistrySerializer<HeadUpdateRequest> serializer;
  private transient Retrier retrier;

  public HeadRequestSchema(RegistryFactory registry) {
    this.registry = registry;
  }

  @Override
  public void open(SerializationSchema.InitializationContext context, KafkaSinkContext sink) {
    serializer = new RegistrySerializer<>(registry.open(), Topic.HEAD_REQUESTS);
    retrier = Retrier.endless("the schema registry", RegistryUnavailableException.class);
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      HeadRequest request, KafkaSinkContext context, Long timestamp) {
    UserKey user = UserKey.parse(request.userKey());
    HeadUpdateRequest update =
        HeadUpdateRequest.newBuilder()
            .setTenant(user.tenant())
            .setUserId(user.userId())
            .setTask(request.task())
            .setHistoryVersion(request.historyVersion())
            .setReason(request.reason())
            .setRequestedAt(Instant.ofEpochMilli(request.requestedAt()))
            .build();
    String topic = Topic.HEAD_REQUESTS.topicName();
    try {
      byte[] value = retrier.call(() -> serializer.serialize(topic, update));
      return new ProducerRecord<>(topic, request.userKey().getBytes(StandardCharsets.UTF_8), value);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while the schema registry was away", e);
    }
  }
}

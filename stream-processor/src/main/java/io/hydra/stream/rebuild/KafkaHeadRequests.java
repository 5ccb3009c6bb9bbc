package io.hydra.stream.rebuild;

import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.avro.HeadUpdateRequest;
import io.hydra.schemas.avro.TriggerReason;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.store.RebuildException;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** {@code hydra.head-requests}. */
public final class KafkaHeadRequests implements HeadRequests {
  private static final String TOPIC = Topic.HEAD_REQUESTS.topicName();

  private final KafkaProducer<byte[], byte[]> producer;
  private final RegistrySerializer<HeadUpdateRequest> serializer;
  private final TriggerReason reason;
  private final Clock clock;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  public KafkaHeadRequests(
      KafkaConnection kafka,
      RegistrySerializer<HeadUpdateRequest> serializer,
      TriggerReason reason,
      Clock clock) {
    this.serializer = serializer;
    this.reason = reason;
    this.clock = clock;
    this.producer =
        new KafkaProducer<>(
            kafka.with(
                Map.of(
                    ProducerConfig.CLIENT_ID_CONFIG,
                    "hydra-rebuild",
                    ProducerConfig.LINGER_MS_CONFIG,
                    20)),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @Override
  public void request(UserKey user, String task, long version) {
    var request =
        new HeadUpdateRequest(
            user.tenant(), user.userId(), task, version, reason, clock.instant(), null);
    byte[] value;
    try {
      value = serializer.serialize(TOPIC, request);
    } catch (RegistryUnavailableException e) {
      throw new RebuildException("the schema registry does not answer: run it again", e);
    }
    byte[] key = user.recordKey().getBytes(StandardCharsets.UTF_8);
    var unused =
        producer.send(
            new ProducerRecord<>(TOPIC, key, value),
            (metadata, e) -> failure.compareAndSet(null, e));
  }

  @Override
  public void flush() {
    producer.flush();
    Exception e = failure.get();
    if (e != null) {
      throw new RebuildException(
          "a head request was not taken (%s): run it again".formatted(e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}

package io.hydra.infra.fault;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.store.HistoryHash;
import io.hydra.schemas.store.StoreLayout;
import io.hydra.schemas.store.View;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import redis.clients.jedis.UnifiedJedis;

/** Events as bytes, and whether they are in their histories. */
final class Events {
  private final RegistrySerializer<BehaviorEvent> serializer;
  private final RegistryDeserializer<BehaviorEvent> deserializer;

  Events(SchemaRegistryClient registry) {
    this.serializer = new RegistrySerializer<>(registry, Topic.EVENTS);
    this.deserializer = new RegistryDeserializer<>(registry, Topic.EVENTS);
  }

  byte[] bytes(BehaviorEvent event) {
    return serializer.serialize(null, event);
  }

  /** Empty if it cannot be decoded. */
  Optional<BehaviorEvent> decode(ConsumerRecord<byte[], byte[]> record) {
    try {
      return Optional.of(deserializer.deserialize(record.value()));
    } catch (UndecodableRecordException e) {
      return Optional.empty();
    }
  }

  /** The number of events that are in their histories. */
  static long written(List<BehaviorEvent> events, UnifiedJedis redis) {
    return events.stream()
        .filter(
            event -> {
              UserKey user = new UserKey(event.getTenant(), event.getUserId());
              byte[] key = StoreLayout.history(View.ORIGINAL, user, event.getTask());
              return new HistoryHash(redis.hgetAll(key)).items().containsKey(event.getEventId());
            })
        .count();
  }
}

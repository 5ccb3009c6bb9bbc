package io.hydra.serving;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.runtime.retry.Retry;
import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.client.RedisEviction;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.topic.Topic;
import io.hydra.serving.reply.PartitionCounts;
import io.hydra.serving.reply.ResponseCodec;
import io.hydra.serving.state.UserStateStore;
import io.hydra.serving.state.UserStates.UnavailableException;
import io.hydra.serving.warm.WarmUp;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/** Waits for what serving depends on before it joins the consumer group. */
final class Startup {
  private Startup() {}

  /** Waits until responses can be encoded, which takes the registry and their schema in it. */
  static ResponseCodec awaitRegistry(SchemaRegistryClient registry) throws InterruptedException {
    ResponseCodec codec = new ResponseCodec(registry);
    awaitSchema(Topic.RESPONSES, () -> codec.encode(empty()));
    return codec;
  }

  /** Waits for the same of what users are shown, so that no answer is held up by the registry. */
  static RegistrySerializer<Exposure> awaitExposures(SchemaRegistryClient registry)
      throws InterruptedException {
    RegistrySerializer<Exposure> serializer = new RegistrySerializer<>(registry, Topic.EXPOSURES);
    Exposure nothing =
        Exposure.newBuilder()
            .setQueryId("")
            .setTenant("")
            .setUserId("")
            .setTask("")
            .setAskedAt(Instant.EPOCH)
            .setShownAt(Instant.EPOCH)
            .setInput("")
            .setShown(-1)
            .setCandidates(List.of())
            .setItems(List.of())
            .setHistoryVersion(0)
            .setBaseVersion("")
            .setHeadVersion(0)
            .build();
    awaitSchema(Topic.EXPOSURES, () -> serializer.serialize(Topic.EXPOSURES.topicName(), nothing));
    return serializer;
  }

  private static void awaitSchema(Topic topic, Supplier<?> encoding) throws InterruptedException {
    Object unused =
        Retry.endless(
                "the schema registry with the schema of " + topic.topicName(),
                e ->
                    e instanceof RegistryUnavailableException
                        || e instanceof SerializationException)
            .call(encoding::get);
  }

  /** Waits for the topics that serving reads and writes, but for those that queries name. */
  static void awaitTopics(PartitionCounts topics) throws InterruptedException {
    for (Topic topic :
        List.of(Topic.QUERIES, Topic.RESPONSES, Topic.EXPOSURES, Topic.QUERIES_DLQ)) {
      Retry.endless("topic " + topic.topicName(), KafkaException.class::isInstance)
          .run(() -> topics.learn(List.of(topic.topicName())));
    }
  }

  /** Waits for Redis, and verifies that it is not set to evict what is written. */
  static void verifyRedis(UnifiedJedis redis) throws InterruptedException {
    try {
      Retry.endless(
              "Redis",
              e -> e instanceof JedisException jedis && RedisFault.of(jedis) == RedisFault.AWAY)
          .run(() -> RedisEviction.requireNone(redis));
    } catch (RedisEviction.EvictsException e) {
      throw new UserException(e.getMessage(), e);
    }
  }

  /** Waits for an answer of Redis. */
  static void awaitRedis(UserStateStore store) throws InterruptedException {
    Object unused =
        Retry.endless("Redis", UnavailableException.class::isInstance)
            .call(() -> store.readImpersonal(WarmUp.NOBODY, "start"));
  }

  private static Response empty() {
    return Response.newBuilder()
        .setQueryId("")
        .setTenant("")
        .setUserId("")
        .setTask("")
        .setStatus(ResponseStatus.UNKNOWN)
        .setAnsweredAt(Instant.EPOCH)
        .build();
  }
}

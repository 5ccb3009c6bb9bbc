package io.hydra.serving;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.runtime.retry.Retry;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.client.RedisEviction;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.topic.Topic;
import io.hydra.serving.reply.PartitionCounts;
import io.hydra.serving.reply.ResponseCodec;
import io.hydra.serving.state.StateUnavailableException;
import io.hydra.serving.state.UserStateStore;
import io.hydra.serving.warm.WarmUp;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Waits, before the first query is read, for the dependencies of every answer, so that all parts
 * can be started at once. Each is logged when it is missed and when it is there.
 */
final class Startup {
  private Startup() {}

  /** Waits until responses can be encoded, which takes the registry and their schema in it. */
  static ResponseCodec awaitRegistry(SchemaRegistryClient registry) throws InterruptedException {
    ResponseCodec codec = new ResponseCodec(registry);
    Object unused =
        Retry.endless(
                "the schema registry with the schema of " + Topic.RESPONSES.topicName(),
                e ->
                    e instanceof RegistryUnavailableException
                        || e instanceof SerializationException)
            .call(() -> codec.encode(empty()));
    return codec;
  }

  /** Waits for the topics without which there is nothing to read or no way to answer. */
  static void awaitTopics(PartitionCounts topics) throws InterruptedException {
    for (Topic topic : List.of(Topic.QUERIES, Topic.RESPONSES, Topic.QUERIES_DLQ)) {
      boolean unused =
          Retry.endless("topic " + topic.topicName(), e -> e instanceof KafkaException)
              .call(
                  () -> {
                    topics.learn(topic.topicName());
                    return true;
                  });
    }
  }

  /**
   * Waits for Redis, and verifies that it keeps what is written.
   *
   * @throws UserException if it is set to evict
   */
  static void verifyRedis(UnifiedJedis redis) throws InterruptedException {
    try {
      boolean unused =
          Retry.endless(
                  "Redis",
                  e -> e instanceof JedisException jedis && RedisFault.of(jedis) == RedisFault.AWAY)
              .call(
                  () -> {
                    RedisEviction.requireNone(redis);
                    return true;
                  });
    } catch (RedisEviction.EvictsException e) {
      throw new UserException(e.getMessage(), e);
    }
  }

  /** Waits for an answer of Redis. */
  static void awaitRedis(UserStateStore store) throws InterruptedException {
    Object unused =
        Retry.endless("Redis", e -> e instanceof StateUnavailableException)
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

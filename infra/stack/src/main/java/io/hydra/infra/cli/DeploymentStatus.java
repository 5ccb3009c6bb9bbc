package io.hydra.infra.cli;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.hydra.infra.StackException;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.redis.client.RedisTimeouts;
import io.hydra.schemas.redis.client.RedisUrl;
import io.hydra.schemas.topic.Topic;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The state of a deployment whose processes run elsewhere, as far as it can be told from here;
 * {@code lag} and {@code deadLetters} (records by topic) are null where they are not known.
 *
 * @param running whether all parts that are named answer
 */
record DeploymentStatus(
    boolean running, List<Part> parts, Map<String, Long> lag, Map<String, Long> deadLetters) {
  /**
   * One part.
   *
   * @param address without passwords
   * @param trouble null if it answers
   */
  record Part(String name, String address, String trouble) {}

  /** Asks each part that is named. */
  static DeploymentStatus of(Deployment deployment) throws InterruptedException {
    List<Part> parts = new ArrayList<>();
    TopicStatus topics = TopicStatus.UNKNOWN;
    if (deployment.bootstrapServers() != null) {
      KafkaConnection kafka = deployment.kafka();
      String trouble = null;
      try {
        topics = TopicStatus.read(kafka);
      } catch (StackException e) {
        trouble = e.getMessage();
      }
      parts.add(new Part("kafka", kafka.bootstrapServers(), trouble));
      parts.add(new Part("registry", kafka.registryUrl(), registryTrouble(kafka)));
    }
    if (deployment.redisUrl() != null) {
      RedisUrl redis = deployment.redis();
      parts.add(new Part("redis", redis.toString(), redisTrouble(redis)));
    }
    boolean running = parts.stream().allMatch(part -> part.trouble() == null);
    return new DeploymentStatus(running, parts, topics.lag(), topics.deadLetters());
  }

  void print(PrintWriter out) {
    for (Part part : parts) {
      out.printf(
          "%-17s %-9s %s%n",
          part.name(), part.trouble() == null ? "answers" : part.trouble(), part.address());
    }
    new TopicStatus(lag, deadLetters).print(out);
  }

  private static String registryTrouble(KafkaConnection kafka) {
    try (SchemaRegistryClient registry = kafka.openRegistry()) {
      var unused = registry.getLatestSchemaMetadata(Topic.EVENTS.subject());
      return null;
    } catch (RestClientException e) {
      return "refuses to name the schema of %s (%d): see hydra topics --check"
          .formatted(Topic.EVENTS.subject(), e.getErrorCode());
    } catch (IOException e) {
      return "does not answer";
    }
  }

  private static String redisTrouble(RedisUrl url) {
    try (UnifiedJedis redis = RedisClients.open(url, RedisTimeouts.DEFAULT)) {
      String unused = redis.ping();
      return null;
    } catch (JedisException e) {
      return RedisFault.reason(e);
    }
  }
}

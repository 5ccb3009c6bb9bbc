package io.hydra.infra.cli;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.hydra.infra.stack.Component;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.redis.client.RedisTimeouts;
import io.hydra.schemas.redis.client.RedisUrl;
import io.hydra.schemas.registry.RegistryClients;
import io.hydra.schemas.topic.Topic;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A part of a deployment.
 *
 * @param address without passwords
 * @param trouble null if it answers
 */
record Part(String name, String address, String trouble) {
  static final String SILENT = "does not answer";

  private static final int REGISTRY_PATIENCE_MILLIS = 2000;

  /** Asks the registry for a schema of ours. */
  static Part registry(KafkaConnection kafka) {
    return new Part(Component.REGISTRY.id(), kafka.registryUrl(), registryTrouble(kafka));
  }

  /** Pings Redis. */
  static Part redis(RedisUrl url) {
    return new Part(Component.REDIS.id(), url.toString(), redisTrouble(url));
  }

  private static String registryTrouble(KafkaConnection kafka) {
    Map<String, Object> settings = new HashMap<>(kafka.properties());
    settings.put("http.connect.timeout.ms", REGISTRY_PATIENCE_MILLIS);
    settings.put("http.read.timeout.ms", REGISTRY_PATIENCE_MILLIS);
    try (SchemaRegistryClient registry = RegistryClients.open(kafka.registryUrl(), settings)) {
      var unused = registry.getLatestSchemaMetadata(Topic.EVENTS.subject());
      return null;
    } catch (RestClientException e) {
      return "refuses to name the schema of %s (%d): see hydra topics --check"
          .formatted(Topic.EVENTS.subject(), e.getErrorCode());
    } catch (IOException e) {
      return SILENT;
    }
  }

  private static String redisTrouble(RedisUrl url) {
    try (UnifiedJedis redis = RedisClients.open(url, RedisTimeouts.DEFAULT)) {
      String unused = redis.ping();
      return null;
    } catch (JedisException e) {
      String reason = RedisFault.reason(e);
      // A process that hangs is alive to whoever started it, and is not started again.
      return RedisFault.code(e).isPresent()
          ? reason
          : reason + ": check its address and its log; where it hangs, end its process";
    }
  }
}

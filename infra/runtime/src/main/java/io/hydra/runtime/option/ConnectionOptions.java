package io.hydra.runtime.option;

import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.redis.client.RedisUrl;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that name brokers, schema registry and Redis; a picocli mixin. */
public final class ConnectionOptions {
  @Mixin private KafkaOptions kafka;

  @Option(
      names = "--schema-registry-url",
      paramLabel = "URL",
      defaultValue = "${env:HYDRA_SCHEMA_REGISTRY_URL:-http://127.0.0.1:8081}",
      description =
          "Base of the registry's Confluent API (default: http://127.0.0.1:8081). Credentials"
              + " belong in the properties file.")
  private String schemaRegistryUrl;

  @Option(
      names = "--redis-url",
      paramLabel = "URL",
      defaultValue = "${env:HYDRA_REDIS_URL:-redis://127.0.0.1:6379}",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description =
          "redis://[[user]:password@]host[:port][/db]; also redis-sentinel://hosts/primary,"
              + " redis-cluster://hosts, and rediss for TLS (default: redis://127.0.0.1:6379). A"
              + " password belongs in the variable.")
  private RedisUrl redisUrl;

  public KafkaConnection kafka() {
    return kafka.with(schemaRegistryUrl);
  }

  public RedisUrl redisUrl() {
    return redisUrl;
  }
}

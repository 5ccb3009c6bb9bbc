package io.hydra.stream.option;

import io.hydra.schemas.redis.client.RedisUrl;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Where the brokers, the schema registry and Redis are. */
public final class Connections {
  @Option(
      names = "--bootstrap-servers",
      defaultValue = "${env:HYDRA_BOOTSTRAP_SERVERS:-127.0.0.1:9092}",
      description = "Kafka brokers, host:port[,host:port]. [HYDRA_BOOTSTRAP_SERVERS]")
  private String bootstrapServers;

  @Option(
      names = "--schema-registry-url",
      defaultValue = "${env:HYDRA_SCHEMA_REGISTRY_URL:-http://127.0.0.1:8081}",
      description = "Base URL of the registry's Confluent API. [HYDRA_SCHEMA_REGISTRY_URL]")
  private String schemaRegistryUrl;

  @Option(
      names = "--redis-url",
      defaultValue = "${env:HYDRA_REDIS_URL:-redis://127.0.0.1:6379}",
      converter = RedisUrlConverter.class,
      description = "Redis of the histories; a password belongs in the variable. [HYDRA_REDIS_URL]",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private RedisUrl redisUrl;

  /** As Kafka clients take them. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  public String schemaRegistryUrl() {
    return schemaRegistryUrl;
  }

  public RedisUrl redisUrl() {
    return redisUrl;
  }
}

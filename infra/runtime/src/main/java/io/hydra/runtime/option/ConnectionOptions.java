package io.hydra.runtime.option;

import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.redis.client.RedisUrl;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that name brokers, schema registry and Redis; a picocli mixin. */
public final class ConnectionOptions {
  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:HYDRA_BOOTSTRAP_SERVERS:-127.0.0.1:9092}",
      description = {
        "Kafka brokers, comma-separated (default: ${DEFAULT-VALUE}).",
        "Environment: HYDRA_BOOTSTRAP_SERVERS."
      })
  private String bootstrapServers;

  @Option(
      names = "--kafka-properties",
      paramLabel = "FILE",
      defaultValue = "${env:HYDRA_KAFKA_PROPERTIES}",
      description = {
        "Properties of every Kafka client, as Kafka's own tools take them: security.protocol,"
            + " sasl.*, ssl.*. Those of the registry client begin with schema.registry.ssl.,"
            + " basic.auth. or bearer.auth. (default: none).",
        "Environment: HYDRA_KAFKA_PROPERTIES."
      })
  private Path kafkaProperties;

  @Option(
      names = "--schema-registry-url",
      paramLabel = "URL",
      defaultValue = "${env:HYDRA_SCHEMA_REGISTRY_URL:-http://127.0.0.1:8081}",
      description = {
        "Base of the registry's Confluent API (default: http://127.0.0.1:8081). Credentials belong"
            + " in the properties file.",
        "Environment: HYDRA_SCHEMA_REGISTRY_URL."
      })
  private String schemaRegistryUrl;

  @Option(
      names = "--redis-url",
      paramLabel = "URL",
      defaultValue = "${env:HYDRA_REDIS_URL:-redis://127.0.0.1:6379}",
      converter = RedisUrlConverter.class,
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description = {
        "redis://[[user]:password@]host[:port][/db]; also redis-sentinel://hosts/primary,"
            + " redis-cluster://hosts, and rediss for TLS (default: redis://127.0.0.1:6379). A"
            + " password belongs in the variable.",
        "Environment: HYDRA_REDIS_URL."
      })
  private RedisUrl redisUrl;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /**
   * Reads the properties file, if one is given.
   *
   * @throws CommandLine.ParameterException if it cannot be read
   */
  public KafkaConnection kafka() {
    if (kafkaProperties == null) {
      return KafkaConnection.open(bootstrapServers, schemaRegistryUrl);
    }
    try {
      Map<String, String> properties = KafkaConnection.readProperties(kafkaProperties);
      return new KafkaConnection(bootstrapServers, schemaRegistryUrl, properties);
    } catch (UncheckedIOException e) {
      throw new CommandLine.ParameterException(
          command.commandLine(), "--kafka-properties: " + e.getMessage(), e);
    }
  }

  public RedisUrl redisUrl() {
    return redisUrl;
  }
}

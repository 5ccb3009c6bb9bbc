package io.hydra.runtime.option;

import io.hydra.runtime.kafka.KafkaConnection;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that name brokers; a picocli mixin. */
public final class KafkaOptions {
  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:HYDRA_BOOTSTRAP_SERVERS:-127.0.0.1:9092}",
      description = "Kafka brokers, comma-separated (default: ${DEFAULT-VALUE}).")
  private String bootstrapServers;

  @Option(
      names = "--kafka-properties",
      paramLabel = "FILE",
      defaultValue = "${env:HYDRA_KAFKA_PROPERTIES}",
      converter = Reader.class,
      description =
          "Properties of every Kafka client, as Kafka's own tools take them: security.protocol,"
              + " sasl.*, ssl.*. Those of the registry client begin with schema.registry.ssl.,"
              + " basic.auth. or bearer.auth. (default: none).")
  private ClientProperties properties;

  private record ClientProperties(Map<String, String> values) {}

  private static final class Reader implements ITypeConverter<ClientProperties> {
    @Override
    public ClientProperties convert(String file) {
      try {
        return new ClientProperties(KafkaConnection.readProperties(Path.of(file)));
      } catch (UncheckedIOException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** The cluster with its schema registry. */
  KafkaConnection with(String registryUrl) {
    return new KafkaConnection(
        bootstrapServers, registryUrl, properties == null ? Map.of() : properties.values());
  }

  /** The cluster alone, for what needs no schema. */
  public KafkaConnection withoutRegistry() {
    return with("");
  }
}

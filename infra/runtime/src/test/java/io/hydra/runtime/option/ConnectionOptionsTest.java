package io.hydra.runtime.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.service.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ConnectionOptionsTest {
  @TempDir private Path folder;

  @CommandLine.Command
  private static final class Holder implements Runnable {
    @CommandLine.Mixin private ConnectionOptions connections;

    @Override
    public void run() {}
  }

  private static ConnectionOptions parse(String... arguments) {
    Holder holder = new Holder();
    Program.commandLine(holder).parseArgs(arguments);
    return holder.connections;
  }

  /** Names, variables and defaults are a contract with every deployment. */
  @Test
  void recordedDefaults() {
    assertThat(
            Program.commandLine(new Holder()).getCommandSpec().options().stream()
                .map(
                    option ->
                        "%s=%s %s"
                            .formatted(
                                option.longestName(),
                                option.defaultValue(),
                                option.description()[option.description().length - 1])))
        .containsExactlyInAnyOrder(
            "--bootstrap-servers=127.0.0.1:9092 Environment: HYDRA_BOOTSTRAP_SERVERS.",
            "--kafka-properties=null Environment: HYDRA_KAFKA_PROPERTIES.",
            "--schema-registry-url=http://127.0.0.1:8081 Environment: HYDRA_SCHEMA_REGISTRY_URL.",
            "--redis-url=redis://127.0.0.1:6379 Environment: HYDRA_REDIS_URL.");
  }

  @Test
  void withoutAFileClientsGetTheBrokersAlone() {
    assertThat(parse("--bootstrap-servers", "kafka:1").kafka().with(Map.of("group.id", "g")))
        .isEqualTo(Map.of("bootstrap.servers", "kafka:1", "group.id", "g"));
  }

  @Test
  void everyClientGetsTheFilesPropertiesAndItsOwnWin() throws IOException {
    Path file = folder.resolve("client.properties");
    Files.writeString(
        file,
        """
        security.protocol=SASL_SSL
        bootstrap.servers=elsewhere:1
        client.id=theirs
        basic.auth.user.info=ann:secret
        schema.registry.ssl.truststore.location=/trust
        """);

    KafkaConnection kafka = parse("--kafka-properties", file.toString()).kafka();

    assertThat(kafka.with(Map.of("client.id", "ours")))
        .isEqualTo(
            Map.of(
                "bootstrap.servers",
                "127.0.0.1:9092",
                "security.protocol",
                "SASL_SSL",
                "client.id",
                "ours"));
    assertThat(kafka).hasToString("127.0.0.1:9092");
  }

  @Test
  void aFileThatCannotBeReadIsNamed() {
    assertThatThrownBy(() -> parse("--kafka-properties", folder.resolve("none").toString()).kafka())
        .isInstanceOf(CommandLine.ParameterException.class)
        .hasMessageContaining("--kafka-properties")
        .hasMessageContaining("none");
  }
}

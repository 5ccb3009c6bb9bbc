package io.hydra.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.topic.Topic;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HydraConnectionTest {
  @Test
  void passwordsAreNeverShown() {
    HydraConnection connection =
        new HydraConnection(
            "broker:9092",
            "http://reader:pass@registry",
            Map.of("sasl.jaas.config", "password=pass"));
    assertThat(connection.toString()).contains("broker:9092").doesNotContain("pass");
  }

  @Test
  void aQueryIsSentAtOnceOrGivenUpSoonUnlessTheAppSaysOtherwise() {
    HydraConnection usual = new HydraConnection("broker:9092", "http://registry");
    assertThat(usual.producerProperties(Topic.QUERIES))
        .containsEntry("max.block.ms", 5_000)
        .containsEntry("compression.type", "none");
    assertThat(usual.producerProperties(Topic.EVENTS))
        .containsEntry("max.block.ms", 60_000)
        .containsEntry("compression.type", "lz4");
    HydraConnection patient =
        new HydraConnection(
            "broker:9092", "http://registry", Map.of("max.block.ms", "9000", "acks", "0"));
    assertThat(patient.producerProperties(Topic.QUERIES))
        .containsEntry("max.block.ms", "9000")
        .containsEntry("acks", "all");
  }
}

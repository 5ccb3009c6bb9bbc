package io.hydra.ingest;

import static org.assertj.core.api.Assertions.assertThat;

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
}

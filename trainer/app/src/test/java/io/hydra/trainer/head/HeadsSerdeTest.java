package io.hydra.trainer.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import org.junit.jupiter.api.Test;

class HeadsSerdeTest {
  @Test
  void storedHeadsWhoseSchemaTheRegistryHasLostAreAsGoodAsNone() {
    byte[] stored = {0, 0, 0, 0, 99, 1, 2, 3};
    assertThat(
            HeadsTopology.serde(new MockSchemaRegistryClient(), Dependencies.endless())
                .deserializer()
                .deserialize("changelog", stored))
        .isNull();
  }
}

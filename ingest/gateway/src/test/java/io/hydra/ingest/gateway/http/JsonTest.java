package io.hydra.ingest.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.avro.PriorWeight;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void aRecordsNumbersAreWrittenWithoutAnExponent() {
    assertThat(Json.of(new PriorWeight(30.0, 0.0001)))
        .hasToString("{\"precision\":30.0,\"weight\":0.00010}");
  }
}

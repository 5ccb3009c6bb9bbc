package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.infra.output.Json;
import org.junit.jupiter.api.Test;

class ReadinessTest {
  @Test
  void whatAServiceWaitsForIsToldThoughItIsReady() throws Exception {
    String page =
        """
        {"service": "serving", "ready": true, "notReady": [], "waitingFor":
          [{"dependency": "Redis", "since": "2026-01-31T10:00:00.123Z", "failedAttempts": 7}]}
        """;
    Readiness told = Readiness.of("http://h/metrics", Json.parse(page, JsonNode.class));
    assertThat(told.ready()).isTrue();
    assertThat(told.waitingFor())
        .containsExactly("Redis since 2026-01-31T10:00:00Z (7 failed attempts)");
  }
}

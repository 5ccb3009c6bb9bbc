package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.infra.output.Json;
import org.junit.jupiter.api.Test;

class ReadinessTest {
  @Test
  void aCanaryThatHasNotPassedYetIsNotSaidToHave() throws Exception {
    String numbers =
        "'hydra_canary_passed_age_seconds.value': 5, 'hydra_canary_interval_seconds.value': 60";
    assertThat(canary(numbers)).isEqualTo(new Readiness.Canary(null, 60));
    assertThat(canary(numbers + ", 'hydra_canary_rounds{outcome=passed}.count': 1"))
        .isEqualTo(new Readiness.Canary(5L, 60));
  }

  private static Readiness.Canary canary(String numbers) throws Exception {
    String page = "{'numbers': {%s}}".formatted(numbers).replace('\'', '"');
    return Readiness.of("http://h/metrics", Json.parse(page, JsonNode.class)).canary();
  }

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

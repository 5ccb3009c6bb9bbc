package io.hydra.infra.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.HistoryLimits;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryCheckTest {
  @Test
  void withoutVariablesTheyAreTheStreamProcessorsDefaults() {
    assertThat(HistoryCheck.limits(Map.of()))
        .isEqualTo(new HistoryLimits(200, Duration.ZERO, Duration.ZERO));
  }

  @ParameterizedTest
  @CsvSource({"250ms,PT0.25S", "30d,PT720H", "PT10S,PT10S"})
  void theEnvironmentSaysWhatAHistoryKeeps(String text, Duration expected) {
    assertThat(
            HistoryCheck.limits(
                Map.of("HYDRA_HISTORY_CAPACITY", "7", "HYDRA_HISTORY_MAX_AGE", text)))
        .isEqualTo(new HistoryLimits(7, expected, Duration.ZERO));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "10", "PT-1S"})
  void aMalformedAgeLimitIsNamed(String text) {
    assertThatThrownBy(() -> HistoryCheck.limits(Map.of("HYDRA_HISTORY_MAX_AGE", text)))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("HYDRA_HISTORY_MAX_AGE is ")
        .hasMessageEndingWith("30d or PT10S");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "many", "0", "-1"})
  void aMalformedCapacityIsNamed(String text) {
    assertThatThrownBy(() -> HistoryCheck.limits(Map.of("HYDRA_HISTORY_CAPACITY", text)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("HYDRA_HISTORY_CAPACITY");
  }
}

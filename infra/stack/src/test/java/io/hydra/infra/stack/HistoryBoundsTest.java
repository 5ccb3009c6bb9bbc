package io.hydra.infra.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.infra.StackException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryBoundsTest {
  @Test
  void withoutVariablesTheyAreTheStreamProcessorsDefaults() {
    assertThat(HistoryBounds.from(Map.of())).isEqualTo(new HistoryBounds(200, Duration.ZERO));
  }

  @ParameterizedTest
  @CsvSource({
    "250ms,PT0.25S",
    "250,PT0.25S",
    "10s,PT10S",
    "5min,PT5M",
    "5 m,PT5M",
    "2 Hours,PT2H",
    "30d,PT720H",
    "1day,PT24H",
    "P30D,PT720H",
    "PT10S,PT10S"
  })
  void ageLimitsAreReadAsTheStreamProcessorReadsThem(String text, Duration expected) {
    assertThat(
            HistoryBounds.from(
                Map.of("HYDRA_HISTORY_CAPACITY", "7", "HYDRA_HISTORY_MAX_AGE", text)))
        .isEqualTo(new HistoryBounds(7, expected));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "10 moons", "-1s", "PT-1S", "P", "99999999999999999999d"})
  void aMalformedAgeLimitIsNamed(String text) {
    assertThatThrownBy(() -> HistoryBounds.from(Map.of("HYDRA_HISTORY_MAX_AGE", text)))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("HYDRA_HISTORY_MAX_AGE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "many", "0", "-1"})
  void aMalformedCapacityIsNamed(String text) {
    assertThatThrownBy(() -> HistoryBounds.from(Map.of("HYDRA_HISTORY_CAPACITY", text)))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("HYDRA_HISTORY_CAPACITY");
  }
}

package io.hydra.schemas.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "250ms, PT0.25S",
    "0ms, PT0S",
    "10s, PT10S",
    "30 s, PT30S",
    "' 10s ', PT10S",
    "5min, PT5M",
    "5m, PT5M",
    "2H, PT2H",
    "30d, PT720H",
    "PT0.5S, PT0.5S",
    "pt10s, PT10S",
    "P30D, PT720H"
  })
  void aNumberWithAUnitAndIso8601AreRead(String text, Duration expected) {
    assertThat(Durations.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "5, a number without a unit",
    "0, a number without a unit",
    "5 weeks, a number with an unknown unit",
    "'', no duration",
    "s, no duration",
    "1.5s, no duration",
    "-5s, no duration",
    "P, no duration",
    "PT-5S, negative"
  })
  void whatIsWrongIsSaidAndHowToWriteIt(String text, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Durations.parse(text))
        .withMessage("is " + problem + ": write it like 250ms, 10s, 5min, 12h, 30d or PT10S");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"99999999999999999999d", "9223372036854775807d", "PT9223372036854775807S"})
  void whatNoLongCanHoldInMillisecondsIsNoDuration(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Durations.parse(text));
  }
}

package io.hydra.schemas.user;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class EpochUnitTest {
  @Test
  void readsTheSameMomentFromEachUnit() {
    Instant moment = Instant.parse("2026-01-31T10:00:00Z");
    long seconds = moment.getEpochSecond();
    for (EpochUnit unit : EpochUnit.values()) {
      long value = seconds * Math.round(Math.pow(1_000, unit.ordinal()));
      assertThat(EpochUnit.of(value)).isEqualTo(unit);
      assertThat(unit.toInstant(value)).isEqualTo(moment);
    }
  }

  @Test
  void readsFractionsAndTimesBefore1970() {
    assertThat(EpochUnit.MICROSECONDS.toInstant(1_769_853_600_123_456L))
        .isEqualTo(Instant.parse("2026-01-31T10:00:00.123456Z"));
    assertThat(EpochUnit.of(-5)).isEqualTo(EpochUnit.SECONDS);
    assertThat(EpochUnit.SECONDS.toInstant(-5)).isEqualTo(Instant.EPOCH.minusSeconds(5));
    assertThat(EpochUnit.of(Long.MAX_VALUE)).isEqualTo(EpochUnit.NANOSECONDS);
  }

  @Test
  void tellsUnitsFromAThousandToTheNext() {
    long millis = 100_000_000_000L;
    assertThat(EpochUnit.of(millis - 1)).isEqualTo(EpochUnit.SECONDS);
    assertThat(EpochUnit.of(millis)).isEqualTo(EpochUnit.MILLISECONDS);
    assertThat(EpochUnit.of(millis * 1_000 - 1)).isEqualTo(EpochUnit.MILLISECONDS);
    assertThat(EpochUnit.of(millis * 1_000)).isEqualTo(EpochUnit.MICROSECONDS);
    assertThat(EpochUnit.of(millis * 1_000_000 - 1)).isEqualTo(EpochUnit.MICROSECONDS);
    assertThat(EpochUnit.of(millis * 1_000_000)).isEqualTo(EpochUnit.NANOSECONDS);
  }
}

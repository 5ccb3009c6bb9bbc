package io.hydra.infra.bench.ceiling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SteadyRateTest {
  private long now;

  @Test
  void neitherASlowStartNorASlowEndCounts() {
    SteadyRate rate = new SteadyRate(1000, () -> now, () -> now / 2);
    add(rate, 200, Duration.ofSeconds(30));
    add(rate, 350, Duration.ofSeconds(1));
    add(rate, 350, Duration.ofSeconds(1));
    add(rate, 100, Duration.ofSeconds(60));
    assertThat(rate.perSecond()).isCloseTo(350, within(1e-9));
    assertThat(rate.cpuMicros()).isCloseTo(1e6 / 700, within(1e-9));
    assertThat(rate.events()).isEqualTo(1000);
  }

  @Test
  void withTooFewEventsThereIsNoRate() {
    SteadyRate rate = new SteadyRate(1000, () -> now, () -> now / 2);
    add(rate, 500, Duration.ofSeconds(1));
    assertThatThrownBy(rate::perSecond).hasMessageContaining("500 of 1000 events");
    add(rate, 500, Duration.ofSeconds(1));
    assertThat(rate.perSecond()).isCloseTo(500, within(1e-9));
  }

  private void add(SteadyRate rate, int events, Duration after) {
    now += after.toNanos();
    rate.add(events);
  }
}

package io.hydra.serving.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.runtime.time.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RefusalsTest {
  private final ManualTime time = new ManualTime();
  private final Refusals refusals = new Refusals(time::nanos);

  @Test
  void aRefusalBeginsOnceHoweverOftenItIsMet() {
    assertThat(refusals.begins("OOM")).isTrue();
    assertThat(refusals.begins("OOM")).isFalse();
    assertThat(refusals.begins("WRONGTYPE")).isTrue();
  }

  @Test
  void itEndsWithoutItForAWhileNotWithTheNextSuccess() {
    assertThat(refusals.begins("OOM")).isTrue();
    time.advance(Refusals.QUIET.minus(Duration.ofSeconds(1)));
    assertThat(refusals.ended()).isEmpty();
    assertThat(refusals.begins("OOM")).isFalse();
    time.advance(Refusals.QUIET);
    assertThat(refusals.ended()).containsExactly("OOM");
    assertThat(refusals.ended()).isEmpty();
    assertThat(refusals.begins("OOM")).isTrue();
  }
}

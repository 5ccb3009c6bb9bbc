package io.hydra.infra.bench.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hydra.infra.bench.history.FixedRate.Window;
import org.junit.jupiter.api.Test;

class TrackTest {
  private static final long SECOND = 1_000_000_000L;

  private final Track track = new Track();

  @Test
  void theRateIsThatBetweenTwoBounds() {
    at(0, 0);
    at(50, 150);
    at(51, 400);
    at(52, 650);
    at(53, 900);
    at(99, 1000);
    assertThat(track.perSecond(200, 900)).isCloseTo(250, within(1e-9));
    assertThat(track.perSecond(990, 1000)).isNaN();
  }

  @Test
  void theSlopeIsThatOfTheBestLineNotOfItsEnds() {
    at(0, 100);
    at(1, 0);
    at(2, 100);
    at(3, 0);
    assertThat(track.slope()).isCloseTo(-20, within(1e-9));
    assertThat(new Track().slope()).isNaN();
  }

  @Test
  void aLagThatGrowsByMoreThanOnePercentOfTheRateIsNotFlat() {
    at(0, 500);
    at(10, 590);
    assertThat(Window.of(1000, 1000, track, 0).flat()).isTrue();
    at(20, 800);
    assertThat(Window.of(1000, 1000, track, 0).flat()).isFalse();
  }

  @Test
  void aLagOfMoreThanASecondIsNotFlatEvenIfItFalls() {
    at(0, 1100);
    at(10, 10);
    assertThat(Window.of(1000, 1000, track, 0).flat()).isFalse();
  }

  @Test
  void aGeneratorThatCannotKeepTheRateShowsNothing() {
    at(0, 10);
    at(10, 10);
    assertThat(Window.of(1000, 900, track, 0).flat()).isFalse();
    assertThat(Window.of(1000, 990, new Track(), 0).flat()).isFalse();
  }

  private void at(long seconds, double value) {
    track.add(seconds * SECOND, value);
  }
}

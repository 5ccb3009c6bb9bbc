package io.hydra.model.worth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class GainsTest {
  private static final int STREAMS = 1000;
  private static final int ANSWERS = 500;

  @Test
  void nothingIsKnownAtFirst() {
    Gains gains = new Gains();
    assertThat(gains.mean()).isZero();
    assertThat(gains.low()).isEqualTo(-1);
    assertThat(gains.high()).isEqualTo(1);
  }

  /** Mostly the same answer, else better more often than worse, as gains of closed tasks are. */
  @Test
  void theBoundsHoldAtAllTimesInNineteenStreamsOfTwenty() {
    assertThat(missed(0.1, random -> random.nextDouble() < 0.7 ? 0 : sign(random, 2 / 3.0)))
        .isLessThanOrEqualTo(STREAMS / 20);
  }

  @Test
  void theyHoldForGainsOfAnySpread() {
    assertThat(missed(0, random -> sign(random, 0.5))).isLessThanOrEqualTo(STREAMS / 20);
    assertThat(missed(-0.4, random -> 0.2 - 1.2 * random.nextDouble()))
        .isLessThanOrEqualTo(STREAMS / 20);
    assertThat(missed(-0.98, random -> random.nextDouble() < 0.01 ? 1 : -1))
        .isLessThanOrEqualTo(STREAMS / 20);
  }

  /** Streams in which the bounds did not hold the mean after some answer. */
  private static int missed(double mean, ToDoubleFunction<Random> gain) {
    int missed = 0;
    for (int stream = 0; stream < STREAMS; stream++) {
      Random random = new Random(stream);
      Gains gains = new Gains();
      boolean holds = true;
      for (int i = 0; i < ANSWERS; i++) {
        gains.add(gain.applyAsDouble(random));
        holds &= gains.low() <= mean && mean <= gains.high();
      }
      missed += holds ? 0 : 1;
    }
    return missed;
  }

  private static double sign(Random random, double better) {
    return random.nextDouble() < better ? 1 : -1;
  }

  @Test
  void aSmallGainIsCertainAfterAFewHundredAnswersAndHarmAsWell() {
    for (int sign : new int[] {1, -1}) {
      Random random = new Random(1);
      Gains gains = new Gains();
      for (int i = 0; i < 300; i++) {
        double differs = random.nextDouble();
        gains.add(differs < 0.8 ? 0 : sign * (differs < 0.97 ? 1 : -1));
      }
      assertThat(gains.mean() * sign).isCloseTo(0.14, within(0.05));
      assertThat(sign > 0 ? gains.low() : -gains.high()).isPositive();
    }
  }

  @Test
  void moreAnswersTellMore() {
    Gains gains = new Gains();
    double width = 2;
    for (int decade = 100; decade <= 10_000; decade *= 10) {
      while (gains.answers() < decade) {
        gains.add(gains.answers() % 2 == 0 ? 0.5 : -0.5);
      }
      assertThat(gains.high() - gains.low()).isLessThan(width);
      width = gains.high() - gains.low();
    }
    assertThat(width).isLessThan(0.05);
  }
}

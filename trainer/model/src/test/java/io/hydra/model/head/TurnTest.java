package io.hydra.model.head;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class TurnTest {
  private static final int VERDICTS = 200_000;
  private static final double[][] OPTIONS = {{1, 0}, {0, 1}};
  private static final double[] POPULATION = {0, 0};

  private final Turn turn = new Turn();
  private int place;

  private void judge(double belief, boolean accepted) {
    judge(belief, accepted, 1);
  }

  private void judge(double belief, boolean accepted, double weight) {
    Example example =
        accepted
            ? Example.of(OPTIONS, POPULATION, new double[] {1, 0})
            : Example.ofRejection(OPTIONS, POPULATION, 0);
    double[] beliefs = {belief, 1 - belief};
    turn.add(example.asVerdict(weight, Example.Origin.ANSWER), beliefs, place++);
  }

  @Test
  void fiveRejectionsOfWhatTheyAlwaysWantedAreATurnThatBeganWithTheFirst() {
    for (int i = 0; i < 20; i++) {
      judge(0.8, true);
    }
    for (int i = 0; i < 4; i++) {
      judge(0.8, false);
    }
    assertThat(turn.begin()).isZero();
    judge(0.8, false);
    assertThat(turn.begin()).isEqualTo(20);
    judge(0.8, true);
    assertThat(turn.begin()).as("that of the first turn").isEqualTo(20);
  }

  @Test
  void ratingsNearTheMiddleCountForThatMuch() {
    for (int i = 0; i < 20; i++) {
      judge(0.8, true);
    }
    for (int i = 0; i < 9; i++) {
      judge(0.8, false, 0.5);
    }
    assertThat(turn.begin()).isZero();
    judge(0.8, false, 0.5);
    assertThat(turn.begin()).isEqualTo(20);
  }

  @Test
  void aSlipIsNoTurnHoweverSureTheBelief() {
    for (int i = 0; i < 64; i++) {
      judge(1, i % 15 != 14);
    }
    assertThat(turn.begin()).isZero();
  }

  @Test
  void whomThePopulationHasNeverServedWellHasNotTurned() {
    for (int i = 0; i < 64; i++) {
      judge(0.9, i % 10 == 0);
    }
    assertThat(turn.begin()).isZero();
  }

  @Test
  void whatAUserWritesIsNoVerdictOnAnAnswer() {
    Example written = Example.of(OPTIONS, POPULATION, new double[] {0, 1});
    for (int i = 0; i < 64; i++) {
      turn.add(written, new double[] {0.9, 0.1}, i);
    }
    assertThat(turn.begin()).isZero();
  }

  /** Whatever beliefs are, and of users who judge by chance. */
  @Test
  void itIsToldInVainOnceInFiveHundredVerdictsAtMost() {
    assertThat(inVain(belief -> belief)).isLessThanOrEqualTo(VERDICTS / 500);
    assertThat(inVain(belief -> 0.5)).isLessThanOrEqualTo(VERDICTS / 500);
  }

  /**
   * @param yes the chance that an answer is accepted, by the belief in it
   */
  private static int inVain(DoubleUnaryOperator yes) {
    Random random = new Random(1);
    int turns = 0;
    TurnTest user = new TurnTest();
    for (int i = 0; i < VERDICTS; i++) {
      double belief = 0.2 + 0.75 * random.nextDouble();
      user.judge(belief, random.nextDouble() < yes.applyAsDouble(belief));
      if (user.turn.begin() > 0) {
        turns++;
        user = new TurnTest();
      }
    }
    return turns;
  }
}

package io.hydra.infra.lag;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Burrow's rules, a poll every five seconds and windows of four commits. */
class StatusEvaluatorTest {
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final StatusEvaluator evaluator = new StatusEvaluator(4);
  private long millis;

  private void poll(long offset, long lag, boolean owned) {
    evaluator.add(offset, lag, true, owned, millis);
    millis += INTERVAL.toMillis();
  }

  private Report.Trend trend() {
    return evaluator.trend(evaluator.status(INTERVAL), evaluator.isOverdue(INTERVAL));
  }

  @Test
  void whoCommittedAtEachPollAndCeasesToIsOverdueAfterTwo() {
    for (int i = 0; i < 6; i++) {
      poll(i * 10L, 0, false);
    }
    poll(50, 2, false);
    poll(50, 3, false);
    assertThat(evaluator.isOverdue(INTERVAL)).isFalse();
    assertThat(trend()).isEqualTo(Report.Trend.STEADY);
    poll(50, 5, false);
    assertThat(evaluator.isOverdue(INTERVAL)).isTrue();
    assertThat(evaluator.status(INTERVAL)).isEqualTo(Status.OK);
    assertThat(trend()).isEqualTo(Report.Trend.GROWING);
    poll(60, 0, false);
    assertThat(evaluator.isOverdue(INTERVAL)).isFalse();
  }

  @Test
  void whoCommitsWithSlowCheckpointsIsNotOverdueBetweenThem() {
    for (int i = 0; i < 20; i++) {
      poll(i / 3 * 100L, 50, false);
      assertThat(evaluator.isOverdue(INTERVAL)).isFalse();
    }
  }

  @Test
  void aConsumerWithoutLagIsOkWhateverElse() {
    for (int i = 0; i < 10; i++) {
      poll(7, 0, i % 2 == 0);
      assertThat(evaluator.status(INTERVAL)).isEqualTo(Status.OK);
    }
  }

  @Test
  void aMemberWhoseOffsetStandsIsStalledOnceTheWindowIsFull() {
    for (int i = 0; i < 3; i++) {
      poll(7, 3, true);
      assertThat(evaluator.status(INTERVAL)).isEqualTo(Status.OK);
    }
    poll(7, 3, true);
    assertThat(evaluator.status(INTERVAL)).isEqualTo(Status.STALL);
  }

  @Test
  void withoutAMemberItIsStoppedAfterLongerThanItUsedToCommit() {
    for (int i = 0; i < 6; i++) {
      poll(i * 10L, 5 + i % 2, false);
      assertThat(evaluator.status(INTERVAL)).isEqualTo(Status.OK);
    }
    // The window spans 15 s.
    for (int i = 0; i < 3; i++) {
      poll(50, 20, false);
      assertThat(evaluator.status(INTERVAL)).isEqualTo(Status.OK);
    }
    poll(50, 20, false);
    assertThat(evaluator.status(INTERVAL)).isEqualTo(Status.STOP);
  }

  @Test
  void aFreshMonitorWaitsForAWholeWindowBeforeItCallsAGroupStopped() {
    for (int i = 0; i < 5; i++) {
      poll(7, 3, false);
      assertThat(evaluator.status(INTERVAL)).isEqualTo(Status.OK);
    }
    poll(7, 3, false);
    assertThat(evaluator.status(INTERVAL)).isEqualTo(Status.STOP);
  }

  @Test
  void aGroupMayStandStillAsLongAsItHasBefore() {
    poll(0, 9, true);
    for (int i = 0; i < 12; i++) {
      poll(10, 9 + i, true);
    }
    assertThat(evaluator.status(INTERVAL)).isEqualTo(Status.STALL);
    for (int i = 0; i < 12; i++) {
      poll(20, 9 + i, true);
      assertThat(evaluator.status(INTERVAL)).isIn(Status.OK, Status.WARN);
    }
    poll(20, 30, true);
    poll(20, 30, true);
    assertThat(evaluator.status(INTERVAL)).isEqualTo(Status.STALL);
  }

  @Test
  void anOutageIsNoHabit() {
    for (int i = 0; i < 40; i++) {
      poll(0, 5 + i, true);
    }
    assertThat(evaluator.status(INTERVAL)).isEqualTo(Status.STALL);
    int moves = 0;
    while (moves++ < 170) {
      poll(moves, 50, true);
    }
    for (int i = 0; i < 5; i++) {
      poll(moves, 50 + i, true);
    }
    assertThat(evaluator.status(INTERVAL)).isEqualTo(Status.STALL);
  }

  @Test
  void aQuietTopicsConsumerIsNotStoppedByItsFirstRecordInHours() {
    poll(7, 0, false);
    millis += Duration.ofHours(5).toMillis();
    poll(7, 0, false);
    poll(7, 1, false);

    assertThat(evaluator.status(INTERVAL)).isEqualTo(Status.OK);
  }

  @Test
  void commitsWithCheckpointsAreOk() {
    for (int i = 0; i < 20; i++) {
      poll(i / 3 * 100L, i / 3 % 2 == 0 ? 50 : 40, false);
      assertThat(evaluator.status(INTERVAL)).isEqualTo(Status.OK);
    }
  }

  @Test
  void aLagThatNeverShrinksIsAWarningAndAnErrorNever() {
    for (int i = 0; i < 4; i++) {
      poll(i * 10L, 5 + i, true);
    }
    assertThat(evaluator.status(INTERVAL)).isEqualTo(Status.WARN);
    assertThat(trend()).isEqualTo(Report.Trend.GROWING);
    assertThat(evaluator.consumed()).isEqualTo(2);
    assertThat(evaluator.produced()).isEqualTo(2.2);
  }

  @Test
  void oneTimeWithoutLagInTheWindowIsEnough() {
    poll(0, 5, true);
    poll(10, 0, true);
    poll(20, 6, true);
    poll(30, 7, true);
    assertThat(evaluator.status(INTERVAL)).isEqualTo(Status.OK);
  }

  @Test
  void anOffsetThatWentBackIsToldUntilItIsMadeUpFor() {
    poll(10, 5, true);
    poll(3, 12, true);
    assertThat(evaluator.status(INTERVAL)).isEqualTo(Status.REWIND);
    poll(11, 4, true);
    assertThat(evaluator.status(INTERVAL)).isEqualTo(Status.OK);
  }

  @Test
  void aFewRecordsMoreAreNoGrowthOfAGroupThatKeepsUp() {
    poll(10, 0, true);
    poll(10, 1, true);
    assertThat(trend()).isEqualTo(Report.Trend.STEADY);
    poll(10, 10, true);
    assertThat(trend()).isEqualTo(Report.Trend.GROWING);
  }

  @Test
  void aLagThatShrinksIsMadeUpForAtTheRatesOfTheWindow() {
    poll(0, 100, true);
    poll(20, 90, true);
    assertThat(trend()).isEqualTo(Report.Trend.SHRINKING);
    assertThat(evaluator.consumed() - evaluator.produced()).isEqualTo(2);
  }
}

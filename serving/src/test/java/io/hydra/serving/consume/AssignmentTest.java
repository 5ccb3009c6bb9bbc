package io.hydra.serving.consume;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AssignmentTest {
  private final Assignment progress = new Assignment(0);

  @Test
  void nothingReadMeansNothingToCommit() {
    assertThat(progress.finishedPrefix()).isEmpty();
  }

  @Test
  void outOfOrderCompletionMovesThePrefixOnlyOverWhatIsWhole() {
    begin(5, 9);
    progress.finish(7);
    progress.finish(6);
    assertThat(progress.finishedPrefix()).hasValue(5);
    progress.finish(5);
    assertThat(progress.finishedPrefix()).hasValue(8);
  }

  @Test
  void oneSlowRecordPinsThePrefix() {
    begin(0, 100);
    for (int offset = 0; offset < 100; offset++) {
      if (offset != 3) {
        progress.finish(offset);
      }
    }
    assertThat(progress.finishedPrefix()).hasValue(3);
    progress.finish(3);
    assertThat(progress.finishedPrefix()).hasValue(100);
  }

  @Test
  void whatIsNoRecordIsFinishedOnceAllBeforeItIs() {
    begin(0, 2);
    progress.readUpTo(3); // A transaction marker at 2.
    progress.finish(0);
    assertThat(progress.finishedPrefix()).hasValue(1);
    progress.finish(1);
    assertThat(progress.finishedPrefix()).hasValue(3);
  }

  @Test
  void aGapInTheOffsetsIsNoObstacle() {
    progress.begin(10);
    progress.begin(20);
    progress.finish(10);
    assertThat(progress.finishedPrefix()).hasValue(20);
    progress.finish(20);
    assertThat(progress.finishedPrefix()).hasValue(21);
  }

  private void begin(long from, long to) {
    for (long offset = from; offset < to; offset++) {
      progress.begin(offset);
    }
  }
}

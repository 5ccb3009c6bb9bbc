package io.hydra.model.head;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SurpriseTest {
  private static Surprise after(int count, double loss) {
    Surprise surprise = new Surprise();
    for (int i = 0; i < count; i++) {
      assertThat(surprise.add(loss)).isFalse();
    }
    return surprise;
  }

  @Test
  void aJumpIsAShiftForAWhile() {
    Surprise surprise = after(20, 0.2);
    assertThat(surprise.add(3)).isTrue();
    assertThat(surprise.add(3)).isTrue();
    for (int i = 0; i < 6; i++) {
      boolean unused = surprise.add(0.2);
    }
    assertThat(surprise.add(0.2)).isFalse();
  }

  @Test
  void whoIsAlwaysHardToPredictDoesNotShift() {
    after(60, 3);
  }

  @Test
  void withoutAPastNothingIsAShift() {
    Surprise surprise = after(5, 0.1);
    assertThat(surprise.add(9)).isFalse();
  }
}

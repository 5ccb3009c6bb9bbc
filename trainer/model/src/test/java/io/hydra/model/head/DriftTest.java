package io.hydra.model.head;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Users of fifteen labels, of whom what they do is believed with a confidence that is kept. */
class DriftTest {
  private static final int USERS = 1_000;
  private static final int ITEMS = 500;
  private static final int SHIFT = 60;
  private static final int WITHIN = 10;
  private static final double RIGHT_BY_CHANCE = 0.15;

  private final Random random = new Random(5);

  private double loss(boolean shifted) {
    // The greatest of eight draws: .89 in the mean.
    double confidence = 0;
    for (int i = 0; i < 8; i++) {
      confidence = Math.max(confidence, random.nextDouble());
    }
    boolean isRight = random.nextDouble() < (shifted ? RIGHT_BY_CHANCE : confidence);
    return -Math.log(isRight ? confidence : Math.max(1e-9, (1 - confidence) / 14));
  }

  @Test
  void whoStaysTheSameIsToldOfOnceInFiveHundredItemsAtMost() {
    int alarms = 0;
    for (int u = 0; u < USERS; u++) {
      Drift drift = new Drift();
      for (int i = 0; i < ITEMS; i++) {
        alarms += drift.add(loss(false)) ? 1 : 0;
      }
    }
    System.out.printf("drift: %.3f false alarms in %d items%n", (double) alarms / USERS, ITEMS);
    assertThat(alarms).isLessThanOrEqualTo(USERS);
  }

  @Test
  void whoTurnsIsFoundWithinTenItems() {
    int found = 0;
    for (int u = 0; u < USERS; u++) {
      Drift drift = new Drift();
      boolean isFound = false;
      for (int i = 0; i < SHIFT + WITHIN; i++) {
        boolean alarm = drift.add(loss(i >= SHIFT));
        isFound |= i >= SHIFT && alarm;
      }
      found += isFound ? 1 : 0;
    }
    System.out.printf("drift: %d of %d found within %d items%n", found, USERS, WITHIN);
    assertThat(found).isGreaterThan(USERS * 9 / 10);
  }

  @Test
  void oneSurpriseIsNoneAndAnAlarmIsRecentForAWhile() {
    Drift drift = new Drift();
    for (int i = 0; i < 30; i++) {
      assertThat(drift.add(0.1)).isFalse();
    }
    assertThat(drift.add(20)).isFalse();
    assertThat(drift.add(20)).isFalse();
    assertThat(drift.isRecent()).isFalse();
    assertThat(drift.add(20)).isTrue();
    for (int i = 0; i < 9; i++) {
      assertThat(drift.isRecent()).isTrue();
      assertThat(drift.add(0.1)).isFalse();
    }
    assertThat(drift.add(0.1)).isFalse();
    assertThat(drift.isRecent()).isFalse();
  }
}

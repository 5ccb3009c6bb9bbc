package io.hydra.model.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.head.HeadFitter.FitSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

/** Users of fifteen labels, of whom what they do is believed with a confidence that is kept. */
class DriftTest {
  private static final int LABELS = 15;
  private static final int USERS = 1_000;
  private static final int ITEMS = 500;
  private static final int SHIFT = 60;
  private static final int WITHIN = 10;
  private static final int BY_CHANCE = 100;
  private static final double SURE = 0.95;
  private static final double RIGHT_BY_CHANCE = 0.15;

  private final Random random = new Random(5);

  /** An item on which the belief has the confidence; the user is right as often, or by chance. */
  private boolean add(Drift drift, double confidence, boolean byChance) {
    double rest = Math.max(1e-9, (1 - confidence) / (LABELS - 1));
    boolean isRight = random.nextDouble() < (byChance ? RIGHT_BY_CHANCE : confidence);
    return drift.add(-Math.log(isRight ? confidence : rest), chances(confidence, rest));
  }

  private static double[] chances(double confidence, double rest) {
    double[] chances = new double[LABELS];
    Arrays.fill(chances, rest);
    chances[0] = confidence;
    return chances;
  }

  private double found(DoubleSupplier confidence) {
    int found = 0;
    for (int u = 0; u < USERS; u++) {
      Drift drift = new Drift();
      boolean isFound = false;
      for (int i = 0; i < SHIFT + WITHIN; i++) {
        boolean alarm = add(drift, confidence.getAsDouble(), i >= SHIFT);
        isFound |= i >= SHIFT && alarm;
      }
      found += isFound ? 1 : 0;
    }
    return (double) found / USERS;
  }

  @Test
  void whoStaysTheSameIsToldOfOnceInFiveHundredItemsAtMost() {
    int alarms = 0;
    for (int u = 0; u < USERS; u++) {
      Drift drift = new Drift();
      for (int i = 0; i < ITEMS; i++) {
        alarms += add(drift, SURE, false) ? 1 : 0;
      }
    }
    System.out.printf("drift: %.3f false alarms in %d items%n", (double) alarms / USERS, ITEMS);
    assertThat(alarms).isLessThanOrEqualTo(USERS);
  }

  @Test
  void whoTurnsIsFoundWithinTenItemsAlsoWhereBeliefIsOftenVague() {
    double sure = found(() -> SURE);
    double mixed = found(random::nextDouble);
    System.out.printf("drift: found within %d items: %.3f, mixed %.3f%n", WITHIN, sure, mixed);
    assertThat(sure).isGreaterThan(0.9);
    assertThat(mixed).isGreaterThan(0.4);
  }

  @Test
  void whoActsByChanceHasNotTurned() {
    int told = 0;
    double[] population = new double[1 + LABELS];
    population[0] = 5;
    for (int u = 0; u < BY_CHANCE; u++) {
      List<Example> examples = new ArrayList<>();
      for (int i = 0; i < SHIFT; i++) {
        int believed = random.nextInt(LABELS);
        double[][] features = new double[LABELS][1 + LABELS];
        for (int c = 0; c < LABELS; c++) {
          features[c][0] = c == believed ? 1 : 0;
          features[c][1 + c] = 1;
        }
        double[] target = new double[LABELS];
        target[random.nextInt(LABELS)] = 1;
        examples.add(Example.of(features, population, target));
      }
      told += HeadFitter.fit(examples, population, FitSettings.DEFAULT).shifted() ? 1 : 0;
    }
    assertThat(told).isLessThanOrEqualTo(BY_CHANCE / 20);
  }

  @Test
  void oneSurpriseIsNoneAndAnAlarmIsRecentForAWhile() {
    Drift drift = new Drift();
    for (int i = 0; i < 30; i++) {
      assertThat(drift.add(0.1, chances(0.9, 0.1 / 14))).isFalse();
    }
    assertThat(drift.add(20, chances(0.9, 0.1 / 14))).isFalse();
    assertThat(drift.add(20, chances(0.9, 0.1 / 14))).isFalse();
    assertThat(drift.isRecent()).isFalse();
    assertThat(drift.add(20, chances(0.9, 0.1 / 14))).isTrue();
    for (int i = 0; i < 9; i++) {
      assertThat(drift.isRecent()).isTrue();
      assertThat(drift.add(0.1, chances(0.9, 0.1 / 14))).isFalse();
    }
    assertThat(drift.add(0.1, chances(0.9, 0.1 / 14))).isFalse();
    assertThat(drift.isRecent()).isFalse();
  }
}

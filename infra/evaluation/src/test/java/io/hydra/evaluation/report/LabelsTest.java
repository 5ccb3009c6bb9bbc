package io.hydra.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hydra.evaluation.report.LineChart.Labels;
import io.hydra.evaluation.report.Svg.Scale;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LabelsTest {
  @Test
  void labelsWithRoomStayWhereTheyBelong() {
    assertThat(Labels.spread(new double[] {80, 10, 40}, 15, 0, 100)).containsExactly(80, 10, 40);
  }

  @Test
  void crowdedLabelsMoveAsLittleAsItTakes() {
    assertThat(Labels.spread(new double[] {50, 50}, 10, 0, 100)).containsExactly(45, 55);
    assertThat(Labels.spread(new double[] {0, 1}, 10, 0, 100)).containsExactly(0, 10);
    assertThat(Labels.spread(new double[] {100, 99}, 10, 0, 100)).containsExactly(100, 90);
  }

  @Test
  void noTwoOverlapAndAllStayWithin() {
    Random random = new Random(5);
    for (int round = 0; round < 500; round++) {
      double[] wanted = random.doubles(2 + random.nextInt(6), 0, 100).toArray();
      double[] placed = Labels.spread(wanted, 14, 0, 100);

      double[] sorted = placed.clone();
      Arrays.sort(sorted);
      for (int i = 1; i < sorted.length; i++) {
        assertThat(sorted[i] - sorted[i - 1]).isGreaterThan(14 - 1e-9);
      }
      assertThat(sorted[0]).isGreaterThanOrEqualTo(0);
      assertThat(sorted[sorted.length - 1]).isLessThanOrEqualTo(100 + 1e-9);
      for (int i = 0; i < wanted.length; i++) {
        for (int j = 0; j < wanted.length; j++) {
          assertThat(wanted[i] < wanted[j] && placed[i] > placed[j]).isFalse();
        }
      }
    }
  }

  @Test
  void ticksAreRound() {
    assertThat(new Scale(0.43, 0.78, 0, 1).ticks(5))
        .extracting(Object::toString)
        .containsExactly("0.45", "0.50", "0.55", "0.60", "0.65", "0.70", "0.75");
    assertThat(new Scale(0, 42, 0, 1).ticks(4))
        .extracting(t -> t.toPlainString())
        .containsExactly("0", "10", "20", "30", "40");
    assertThat(new Scale(-1, 1, 0, 10).at(0)).isCloseTo(5, within(1e-12));
  }
}

package io.hydra.infra.bench.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PlainTest {
  @Test
  void meanOfTheNamedRows() {
    float[] matrix = {1, 2, 3, 4, 5, 6};
    assertThat(Plain.mean(matrix, 2, new int[] {0, 2})).containsExactly(3, 4);
  }

  @Test
  void matrixTimesVector() {
    assertThat(Plain.product(new float[] {1, 2, 3, 4, 5, 6}, new float[] {10, 1}))
        .containsExactly(12, 34, 56);
  }

  @Test
  void hessianIsTheSumOfOuterProducts() {
    double[][][] z = {{{1, 2}, {0, 1}}, {{3, 0}, {0, 0}}};
    double[][] hessian = Plain.hessian(z, 0.5);
    assertThat(hessian[0][0]).isEqualTo(5);
    assertThat(hessian[1][0]).isEqualTo(1);
    assertThat(hessian[1][1]).isEqualTo(2.5);
  }

  @Test
  void paperHeadIsTwoLayersWithTanhBetween() {
    float[] first = {1, 0, 0, 1};
    float[] second = {0, 0, 1, 2};
    assertThat((double) Plain.paperHead(first, second, new float[] {0.5f, -0.25f}))
        .isCloseTo(Math.tanh(0.5) + 2 * Math.tanh(-0.25), within(1e-6));
  }
}

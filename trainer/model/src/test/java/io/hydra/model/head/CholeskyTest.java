package io.hydra.model.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CholeskyTest {
  @Test
  void aPositiveDefiniteSystemIsSolved() {
    double[] x = {2, 1};
    Cholesky.solve(new double[][] {{4, 2}, {0, 3}}, x);
    assertThat(x[0]).isCloseTo(0.5, within(1e-12));
    assertThat(x[1]).isZero();
  }

  @Test
  void anIndefiniteSystemHasAFiniteAnswer() {
    Random random = new Random(1);
    for (int round = 0; round < 1000; round++) {
      int n = 1 + random.nextInt(8);
      double[][] matrix = new double[n][n];
      double[] vector = new double[n];
      double scale = Math.pow(10, random.nextInt(45) - 22);
      for (int i = 0; i < n; i++) {
        vector[i] = random.nextGaussian();
        for (int j = i; j < n; j++) {
          matrix[i][j] = scale * random.nextGaussian();
        }
      }
      Cholesky.solve(matrix, vector);
      for (double v : vector) {
        assertThat(v).isFinite();
      }
    }
    double[] zero = {1, 1};
    Cholesky.solve(new double[2][2], zero);
    assertThat(zero).containsOnly(0);
  }
}

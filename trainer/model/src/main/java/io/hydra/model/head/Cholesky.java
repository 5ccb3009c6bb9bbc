package io.hydra.model.head;

/** Solves small symmetric positive definite systems in place. */
final class Cholesky {
  private Cholesky() {}

  /**
   * @param matrix n × n, lower triangle read; overwritten by its factor
   * @param vector right-hand side; overwritten by the solution
   */
  static void solve(double[][] matrix, double[] vector) {
    int n = vector.length;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = matrix[i][j];
        for (int k = 0; k < j; k++) {
          sum -= matrix[i][k] * matrix[j][k];
        }
        matrix[i][j] = i == j ? Math.sqrt(sum) : sum / matrix[j][j];
      }
    }
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < i; k++) {
        vector[i] -= matrix[i][k] * vector[k];
      }
      vector[i] /= matrix[i][i];
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int k = i + 1; k < n; k++) {
        vector[i] -= matrix[k][i] * vector[k];
      }
      vector[i] /= matrix[i][i];
    }
  }
}

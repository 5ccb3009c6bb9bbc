package io.hydra.model.head;

import java.util.Arrays;

/**
 * Solves small symmetric positive definite systems in place.
 *
 * <p>For systems this small what costs is waiting for the last addition, and beginning a loop. So
 * inner loops run along rows, over numbers that do not wait for each other, and two rows of the
 * factor are taken away at once. Each number is still made by the same operations in the same order
 * as in the textbook's form.
 */
final class Cholesky {
  private Cholesky() {}

  /**
   * @param matrix n × n, upper triangle read; overwritten by its factor U, where UᵀU = matrix
   * @param vector right-hand side; overwritten by the solution
   */
  static void solve(double[][] matrix, double[] vector) {
    int n = vector.length;
    int k = 0;
    for (; k + 1 < n; k += 2) {
      double[] first = matrix[k];
      double[] second = matrix[k + 1];
      finish(first, k, vector);
      double shared = first[k + 1];
      double a = vector[k];
      for (int j = k + 1; j < n; j++) {
        second[j] -= shared * first[j];
      }
      vector[k + 1] -= shared * a;
      finish(second, k + 1, vector);
      double b = vector[k + 1];
      for (int j = k + 2; j < n; j++) {
        vector[j] = vector[j] - first[j] * a - second[j] * b;
      }
      for (int i = k + 2; i < n; i++) {
        double f = first[i];
        double s = second[i];
        double[] row = matrix[i];
        for (int j = i; j < n; j++) {
          row[j] = row[j] - f * first[j] - s * second[j];
        }
      }
    }
    if (k < n) {
      finish(matrix[k], k, vector);
    }
    for (int i = n - 1; i >= 0; i--) {
      double[] row = matrix[i];
      double sum = vector[i];
      for (int j = i + 1; j < n; j++) {
        sum -= row[j] * vector[j];
      }
      vector[i] = sum / row[i];
    }
  }

  /**
   * Divides a row, from which the rows above are taken away, by its root. Where rounding has left
   * nothing positive, the direction is taken for infinitely steep: the solution does not go there,
   * and stays finite.
   */
  private static void finish(double[] row, int k, double[] vector) {
    if (!(row[k] > 0) || !Double.isFinite(row[k])) {
      Arrays.fill(row, k + 1, row.length, 0);
      row[k] = 1;
      vector[k] = 0;
      return;
    }
    double root = Math.sqrt(row[k]);
    row[k] = root;
    for (int j = k + 1; j < row.length; j++) {
      row[j] /= root;
    }
    vector[k] /= root;
  }
}

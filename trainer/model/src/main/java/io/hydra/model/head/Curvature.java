package io.hydra.model.head;

import java.util.Arrays;
import java.util.List;

/**
 * The second-order picture of the log loss around one δ: a Newton step under any prior follows from
 * it. Evidence is added example by example and fades by a factor with each newer one.
 *
 * <p>The last features of a closed task say which option a candidate is: most of the matrix, and
 * one number of it for each candidate. With m the mean of z under p and h_c the place of candidate
 * c's one, the sum over candidates p_c (z_c − m)(z_c − m)ᵀ is at (i, j) of two such places [i = j]
 * m_i − m_i m_j, and of one, j, the sum over candidates with h_c = j of p_c (z_ci − m_i): a
 * fraction of the work.
 */
final class Curvature {
  private static final int BLOCK = 4;

  private final int size;
  private final int dense;

  /** Σ weight · Zᵀ(diag(p) − ppᵀ)Z, upper triangle. */
  private final double[][] hessian;

  /** Σ weight · Zᵀ(target − p): downhill. */
  private final double[] downhill;

  private final double[][] factor;
  private final double[] mean;

  /** z − mean, and the same by its weight, of a few candidates. */
  private final double[][] centred;

  private final double[][] scaled;

  /**
   * @param dense the number of features before the indicators, as {@link #dense(List)} counts
   */
  Curvature(int size, int dense) {
    this.size = size;
    this.dense = dense;
    this.hessian = new double[size][size];
    this.downhill = new double[size];
    this.factor = new double[size][size];
    this.mean = new double[size];
    this.centred = new double[BLOCK][dense];
    this.scaled = new double[BLOCK][dense];
  }

  /**
   * Counts the features before the longest tail of indicators: those of which each candidate has
   * one at most, a 1, the rest being 0.
   */
  static int dense(List<Example> examples) {
    int dense = 0;
    for (Example example : examples) {
      for (double[] z : example.features()) {
        int first = z.length;
        boolean isTaken = false;
        while (first > dense && (z[first - 1] == 0 || z[first - 1] == 1 && !isTaken)) {
          first--;
          isTaken |= z[first] == 1;
        }
        dense = first;
      }
    }
    return dense;
  }

  void fade(double by) {
    for (int i = 0; i < size; i++) {
      downhill[i] *= by;
      double[] row = hessian[i];
      for (int j = i; j < size; j++) {
        row[j] *= by;
      }
    }
  }

  /**
   * @param target of the example
   * @param p the example's probabilities under the δ that this is the picture around
   */
  void add(Example example, double[] target, double[] p, double weight) {
    double[][] z = example.features();
    Arrays.fill(mean, 0);
    for (int c = 0; c < p.length; c++) {
      double[] zc = z[c];
      double share = p[c];
      double residual = weight * (target[c] - share);
      for (int i = 0; i < dense; i++) {
        mean[i] += share * zc[i];
        downhill[i] += residual * zc[i];
      }
      int indicator = indicator(zc, c);
      if (indicator < size) {
        mean[indicator] += share;
        downhill[indicator] += residual;
      }
    }
    for (int from = 0; from < p.length; from += BLOCK) {
      for (int b = 0; b < BLOCK; b++) {
        int c = from + b;
        if (c < p.length) {
          centre(z[c], weight * p[c], indicator(z[c], c), b);
        } else {
          Arrays.fill(centred[b], 0);
          Arrays.fill(scaled[b], 0);
        }
      }
      addBlock();
    }
    for (int i = dense; i < size; i++) {
      double[] row = hessian[i];
      double share = weight * mean[i];
      row[i] += share;
      for (int j = i; j < size; j++) {
        row[j] -= share * mean[j];
      }
    }
  }

  private void centre(double[] zc, double curve, int indicator, int b) {
    double[] difference = centred[b];
    double[] curved = scaled[b];
    for (int i = 0; i < dense; i++) {
      difference[i] = zc[i] - mean[i];
      curved[i] = curve * difference[i];
    }
    if (indicator < size) {
      for (int i = 0; i < dense; i++) {
        hessian[i][indicator] += curved[i];
      }
    }
  }

  /** The indicator that a candidate has, at its own place as a rule; {@code size} for none. */
  private int indicator(double[] zc, int candidate) {
    int i = dense + candidate;
    if (i < size && zc[i] == 1) {
      return i;
    }
    i = dense;
    while (i < size && zc[i] != 1) {
      i++;
    }
    return i;
  }

  /** One pass over the matrix for a few candidates: beginning a loop costs more than its body. */
  private void addBlock() {
    double[] s0 = scaled[0];
    double[] s1 = scaled[1];
    double[] s2 = scaled[2];
    double[] s3 = scaled[3];
    for (int i = 0; i < dense; i++) {
      double c0 = centred[0][i];
      double c1 = centred[1][i];
      double c2 = centred[2][i];
      double c3 = centred[3][i];
      double[] row = hessian[i];
      for (int j = i; j < dense; j++) {
        row[j] = row[j] + c0 * s0[j] + c1 * s1[j] + c2 * s2[j] + c3 * s3[j];
      }
    }
  }

  /**
   * The Newton step from {@code delta} under a Gaussian prior around zero.
   *
   * @return (H + precision · I)⁻¹ (downhill − precision · δ)
   */
  double[] step(double precision, double[] delta) {
    double[] direction = new double[size];
    for (int i = 0; i < size; i++) {
      System.arraycopy(hessian[i], i, factor[i], i, size - i);
      factor[i][i] += precision;
      direction[i] = downhill[i] - precision * delta[i];
    }
    Cholesky.solve(factor, direction);
    return direction;
  }
}

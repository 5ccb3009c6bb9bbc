package io.hydra.model.head;

import java.util.Arrays;

/**
 * The second-order picture of the log loss around one δ: a Newton step under any prior follows from
 * it. Evidence is added example by example and fades by a factor with each newer one.
 */
final class Curvature {
  private static final int BLOCK = 4;

  private final int size;

  /** Σ weight · Zᵀ(diag(p) − ppᵀ)Z, upper triangle. */
  private final double[][] hessian;

  /** Σ weight · Zᵀ(target − p): downhill. */
  private final double[] downhill;

  private final double[][] factor;
  private final double[] mean;

  /** z − mean, and the same by its weight, of a few candidates. */
  private final double[][] centred;

  private final double[][] scaled;

  Curvature(int size) {
    this.size = size;
    this.hessian = new double[size][size];
    this.downhill = new double[size];
    this.factor = new double[size][size];
    this.mean = new double[size];
    this.centred = new double[BLOCK][size];
    this.scaled = new double[BLOCK][size];
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
      for (int i = 0; i < size; i++) {
        mean[i] += share * zc[i];
      }
    }
    for (int from = 0; from < p.length; from += BLOCK) {
      for (int b = 0; b < BLOCK; b++) {
        int c = from + b;
        if (c < p.length) {
          centre(z[c], weight * (target[c] - p[c]), weight * p[c], b);
        } else {
          Arrays.fill(centred[b], 0);
          Arrays.fill(scaled[b], 0);
        }
      }
      addBlock();
    }
  }

  private void centre(double[] zc, double residual, double curve, int b) {
    double[] difference = centred[b];
    double[] curved = scaled[b];
    for (int i = 0; i < size; i++) {
      downhill[i] += residual * zc[i];
      difference[i] = zc[i] - mean[i];
      curved[i] = curve * difference[i];
    }
  }

  /** One pass over the matrix for a few candidates: beginning a loop costs more than its body. */
  private void addBlock() {
    double[] s0 = scaled[0];
    double[] s1 = scaled[1];
    double[] s2 = scaled[2];
    double[] s3 = scaled[3];
    for (int i = 0; i < size; i++) {
      double c0 = centred[0][i];
      double c1 = centred[1][i];
      double c2 = centred[2][i];
      double c3 = centred[3][i];
      double[] row = hessian[i];
      for (int j = i; j < size; j++) {
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

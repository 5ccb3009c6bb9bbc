package io.hydra.model.head;

/**
 * The second-order picture of the log loss around one δ: a Newton step under any prior follows from
 * it. Evidence is added example by example and fades by a factor with each newer one.
 */
final class Curvature {
  private final int size;

  /** Σ weight · Zᵀ(diag(p) − ppᵀ)Z, lower triangle. */
  private final double[][] hessian;

  /** Σ weight · Zᵀ(target − p): downhill. */
  private final double[] downhill;

  private final double[][] factor;
  private final double[] mean;

  Curvature(int size) {
    this.size = size;
    this.hessian = new double[size][size];
    this.downhill = new double[size];
    this.factor = new double[size][size];
    this.mean = new double[size];
  }

  void fade(double by) {
    for (int i = 0; i < size; i++) {
      downhill[i] *= by;
      for (int j = 0; j <= i; j++) {
        hessian[i][j] *= by;
      }
    }
  }

  /**
   * @param p the example's probabilities under the δ that this is the picture around
   */
  void add(Example example, double[] p, double weight) {
    double[][] z = example.features();
    for (int i = 0; i < size; i++) {
      mean[i] = 0;
    }
    for (int c = 0; c < p.length; c++) {
      for (int i = 0; i < size; i++) {
        mean[i] += p[c] * z[c][i];
      }
    }
    for (int c = 0; c < p.length; c++) {
      double[] zc = z[c];
      double residual = weight * (example.target()[c] - p[c]);
      double curve = weight * p[c];
      for (int i = 0; i < size; i++) {
        downhill[i] += residual * zc[i];
        double zi = curve * (zc[i] - mean[i]);
        if (zi != 0) {
          double[] row = hessian[i];
          for (int j = 0; j <= i; j++) {
            row[j] += zi * (zc[j] - mean[j]);
          }
        }
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
      System.arraycopy(hessian[i], 0, factor[i], 0, i + 1);
      factor[i][i] += precision;
      direction[i] = downhill[i] - precision * delta[i];
    }
    Cholesky.solve(factor, direction);
    return direction;
  }
}

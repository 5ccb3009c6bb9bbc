package io.hydra.model.head;

import java.util.List;

/**
 * Multinomial logit over the candidates of each query (McFadden, 1974) with a Gaussian prior, by
 * Newton's method:
 *
 * <pre>
 * minimise  Σ_e weight_e · CE(target_e, softmax(Z_e (mean + δ)))  +  Σ_i precision_i/2 · δ_i²
 * gradient  Σ_e weight_e · Z_eᵀ(p_e − target_e) + precision ∘ δ
 * Hessian   Σ_e weight_e · Z_eᵀ(diag(p_e) − p_e p_eᵀ) Z_e + diag(precision)
 * </pre>
 */
public final class ConditionalLogit {
  private static final double CONVERGED = 1e-8;

  private ConditionalLogit() {}

  /**
   * @param examples in a fixed order; the sums run in it, so the same order gives the same bytes
   * @param weights one per example
   * @param mean of the prior, one number per feature
   * @param precision of the prior, one per feature, above 0
   * @param start δ to start from
   * @param steps at most this many Newton steps
   * @return δ
   */
  public static double[] fit(
      List<Example> examples,
      double[] weights,
      double[] mean,
      double[] precision,
      double[] start,
      int steps) {
    double[] delta = start.clone();
    double loss = objective(examples, weights, mean, precision, delta);
    for (int step = 0; step < steps; step++) {
      double[] direction = newtonDirection(examples, weights, mean, precision, delta);
      double scale = 1;
      double[] next = plus(delta, direction, scale);
      double nextLoss = objective(examples, weights, mean, precision, next);
      // The objective is convex: a shorter step along a Newton direction always descends.
      while (nextLoss > loss && scale > 1e-4) {
        scale /= 2;
        next = plus(delta, direction, scale);
        nextLoss = objective(examples, weights, mean, precision, next);
      }
      if (!(nextLoss < loss)) {
        return delta;
      }
      boolean converged = loss - nextLoss < CONVERGED * (1 + Math.abs(loss));
      delta = next;
      loss = nextLoss;
      if (converged) {
        return delta;
      }
    }
    return delta;
  }

  static double objective(
      List<Example> examples, double[] weights, double[] mean, double[] precision, double[] delta) {
    double[] w = plus(mean, delta, 1);
    double loss = 0;
    for (int i = 0; i < delta.length; i++) {
      loss += precision[i] / 2 * delta[i] * delta[i];
    }
    for (int e = 0; e < examples.size(); e++) {
      Example example = examples.get(e);
      loss +=
          weights[e]
              * Softmax.logLoss(example.target(), Softmax.probabilities(example.features(), w));
    }
    return loss;
  }

  static double[] gradient(
      List<Example> examples, double[] weights, double[] mean, double[] precision, double[] delta) {
    double[] w = plus(mean, delta, 1);
    double[] gradient = new double[delta.length];
    for (int i = 0; i < delta.length; i++) {
      gradient[i] = precision[i] * delta[i];
    }
    for (int e = 0; e < examples.size(); e++) {
      Example example = examples.get(e);
      double[] p = Softmax.probabilities(example.features(), w);
      for (int c = 0; c < p.length; c++) {
        double residual = weights[e] * (p[c] - example.target()[c]);
        double[] z = example.features()[c];
        for (int i = 0; i < z.length; i++) {
          gradient[i] += residual * z[i];
        }
      }
    }
    return gradient;
  }

  private static double[] newtonDirection(
      List<Example> examples, double[] weights, double[] mean, double[] precision, double[] delta) {
    int n = delta.length;
    double[] w = plus(mean, delta, 1);
    double[][] hessian = new double[n][n];
    for (int i = 0; i < n; i++) {
      hessian[i][i] = precision[i];
    }
    for (int e = 0; e < examples.size(); e++) {
      addCurvature(examples.get(e), weights[e], w, hessian);
    }
    double[] direction = gradient(examples, weights, mean, precision, delta);
    Cholesky.solve(hessian, direction);
    for (int i = 0; i < n; i++) {
      direction[i] = -direction[i];
    }
    return direction;
  }

  /** Adds weight · Zᵀ(diag(p) − ppᵀ)Z, the lower triangle alone. */
  private static void addCurvature(Example example, double weight, double[] w, double[][] hessian) {
    double[] p = Softmax.probabilities(example.features(), w);
    int n = w.length;
    double[] mean = new double[n];
    for (int c = 0; c < p.length; c++) {
      double[] z = example.features()[c];
      for (int i = 0; i < n; i++) {
        mean[i] += p[c] * z[i];
      }
    }
    for (int c = 0; c < p.length; c++) {
      double[] z = example.features()[c];
      for (int i = 0; i < n; i++) {
        double zi = weight * p[c] * (z[i] - mean[i]);
        if (zi != 0) {
          for (int j = 0; j <= i; j++) {
            hessian[i][j] += zi * (z[j] - mean[j]);
          }
        }
      }
    }
  }

  private static double[] plus(double[] a, double[] b, double scale) {
    double[] sum = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      sum[i] = a[i] + scale * b[i];
    }
    return sum;
  }
}

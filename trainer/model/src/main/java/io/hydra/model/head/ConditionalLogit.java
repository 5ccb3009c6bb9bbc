package io.hydra.model.head;

import java.util.List;

/**
 * Multinomial logit over the candidates of each query (McFadden, 1974) with a Gaussian prior around
 * zero, by Newton's method:
 *
 * <pre>
 * minimise  Σ_e weight_e · CE(target_e, softmax(offset_e + Z_e δ))  +  precision/2 · |δ|²
 * gradient  Σ_e weight_e · Z_eᵀ(p_e − target_e) + precision · δ
 * Hessian   Σ_e weight_e · Z_eᵀ(diag(p_e) − p_e p_eᵀ) Z_e + precision · I
 * </pre>
 */
public final class ConditionalLogit {
  private static final double CONVERGED = 1e-8;

  private ConditionalLogit() {}

  /**
   * @param examples at least one; the sums run in this order, so the same order gives the same
   *     bytes
   * @param weights one per example
   * @param precision of the prior, above 0
   * @param start δ to start from
   * @param steps at most this many Newton steps
   * @return δ
   */
  public static double[] fit(
      List<Example> examples, double[] weights, double precision, double[] start, int steps) {
    double[] delta = start.clone();
    double loss = objective(examples, weights, precision, delta);
    for (int step = 0; step < steps; step++) {
      Curvature curvature = new Curvature(delta.length);
      for (int e = 0; e < weights.length; e++) {
        Example example = examples.get(e);
        curvature.add(example, Softmax.probabilities(example, delta), weights[e]);
      }
      double[] direction = curvature.step(precision, delta);
      double scale = 1;
      double[] next = plus(delta, direction, scale);
      double nextLoss = objective(examples, weights, precision, next);
      // The objective is convex: a shorter step along a Newton direction always descends.
      while (nextLoss > loss && scale > 1e-4) {
        scale /= 2;
        next = plus(delta, direction, scale);
        nextLoss = objective(examples, weights, precision, next);
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
      List<Example> examples, double[] weights, double precision, double[] delta) {
    double loss = precision / 2 * Softmax.dot(delta, delta);
    for (int e = 0; e < weights.length; e++) {
      Example example = examples.get(e);
      loss += weights[e] * Softmax.logLoss(example.target(), Softmax.probabilities(example, delta));
    }
    return loss;
  }

  private static double[] plus(double[] a, double[] b, double scale) {
    double[] sum = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      sum[i] = a[i] + scale * b[i];
    }
    return sum;
  }
}

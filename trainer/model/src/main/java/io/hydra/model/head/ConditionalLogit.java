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
 *
 * <p>A rejection's loss is −log(1 − p_rejected); its target is what δ makes of the rest, taken anew
 * before each step ({@link Example#targetUnder}).
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
    return fit(examples, Curvature.dense(examples), weights, precision, start, steps);
  }

  /**
   * The same where it is known how many features come before the indicators.
   *
   * @param dense as {@link Curvature#dense(List)} counts
   */
  static double[] fit(
      List<Example> examples,
      int dense,
      double[] weights,
      double precision,
      double[] start,
      int steps) {
    double[] delta = start.clone();
    double[][] p = probabilities(examples, weights, delta);
    double loss = objective(examples, weights, precision, delta, p);
    for (int step = 0; step < steps; step++) {
      Curvature curvature = new Curvature(delta.length, dense);
      for (int e = 0; e < weights.length; e++) {
        Example example = examples.get(e);
        curvature.add(example, example.targetUnder(p[e]), p[e], weights[e]);
      }
      double[] direction = curvature.step(precision, delta);
      double scale = 1;
      double[] next = plus(delta, direction, scale);
      double[][] nextP = probabilities(examples, weights, next);
      double nextLoss = objective(examples, weights, precision, next, nextP);
      // A shorter step always descends: without rejections the objective is convex, with them the
      // Hessian is that of a convex bound which touches it here.
      while (nextLoss > loss && scale > 1e-4) {
        scale /= 2;
        next = plus(delta, direction, scale);
        nextP = probabilities(examples, weights, next);
        nextLoss = objective(examples, weights, precision, next, nextP);
      }
      if (!(nextLoss < loss)) {
        return delta;
      }
      boolean converged = loss - nextLoss < CONVERGED * (1 + Math.abs(loss));
      delta = next;
      p = nextP;
      loss = nextLoss;
      if (converged) {
        return delta;
      }
    }
    return delta;
  }

  static double objective(
      List<Example> examples, double[] weights, double precision, double[] delta) {
    return objective(examples, weights, precision, delta, probabilities(examples, weights, delta));
  }

  private static double objective(
      List<Example> examples,
      double[] weights,
      double precision,
      double[] delta,
      double[][] probabilities) {
    double loss = precision / 2 * Softmax.dot(delta, delta);
    for (int e = 0; e < weights.length; e++) {
      loss += weights[e] * examples.get(e).logLoss(probabilities[e]);
    }
    return loss;
  }

  private static double[][] probabilities(
      List<Example> examples, double[] weights, double[] delta) {
    double[][] p = new double[weights.length][];
    for (int e = 0; e < p.length; e++) {
      p[e] = Softmax.probabilities(examples.get(e), delta);
    }
    return p;
  }

  private static double[] plus(double[] a, double[] b, double scale) {
    double[] sum = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      sum[i] = a[i] + scale * b[i];
    }
    return sum;
  }
}

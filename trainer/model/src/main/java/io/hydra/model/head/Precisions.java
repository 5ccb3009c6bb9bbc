package io.hydra.model.head;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** Precisions of a Gaussian prior, one per feature. */
public final class Precisions {
  /** Holds a weight where its prior has it. */
  private static final double FIXED = 1e12;

  private Precisions() {}

  /** The same for all. */
  public static double[] uniform(int features, double precision) {
    return where(features, precision, feature -> true);
  }

  /** The same for those that may move; the others are held. */
  public static double[] where(int features, double precision, IntPredicate mayMove) {
    double[] precisions = new double[features];
    Arrays.setAll(precisions, feature -> mayMove.test(feature) ? precision : FIXED);
    return precisions;
  }
}

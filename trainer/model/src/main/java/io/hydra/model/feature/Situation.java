package io.hydra.model.feature;

import io.hydra.schemas.redis.HistoryItem;
import java.util.List;

/**
 * One query against what is known of the user at that moment. The lists run in parallel, oldest
 * item first; an item that is being asked about is never among them.
 *
 * @param input the query's text
 * @param vector of the input
 * @param past the user's items
 * @param vectors of the items' inputs
 * @param outputVectors of the items' outputs; empty for closed tasks, which do not read them
 * @param bm25 of the items for the input
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record Situation(
    String input,
    float[] vector,
    List<HistoryItem> past,
    List<float[]> vectors,
    List<float[]> outputVectors,
    double[] bm25) {

  static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** Weight of each item by likeness in meaning: max(0, cos)³. */
  double[] meaningKernel() {
    double[] kernel = new double[past.size()];
    for (int i = 0; i < kernel.length; i++) {
      double cos = Math.max(0, cosine(vector, vectors.get(i)));
      kernel[i] = cos * cos * cos;
    }
    return kernel;
  }

  /** Weight of each item by shared words: BM25 / 5, five being about two rare words. */
  double[] wordKernel() {
    double[] kernel = bm25.clone();
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] /= 5;
    }
    return kernel;
  }

  /** Weight of each item by age: 0.85 to the number of newer ones. */
  double[] recencyKernel() {
    double[] kernel = new double[past.size()];
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] = Math.pow(0.85, kernel.length - 1 - i);
    }
    return kernel;
  }
}

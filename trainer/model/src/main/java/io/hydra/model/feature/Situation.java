package io.hydra.model.feature;

import io.hydra.model.retrieve.WordIndex;
import io.hydra.schemas.redis.HistoryItem;
import java.util.Collections;
import java.util.List;

/**
 * One query against what is known of the user at that moment. The lists run in parallel, oldest
 * item first; an item that is being asked about is never among them.
 *
 * @param query the text that is asked about
 * @param outputs the items' outputs; empty for closed tasks, which do not read them
 * @param labels the option that each output is, or {@link Timeline#NO_OPTION}; empty for open tasks
 * @param outputWords the outputs that use each word; may hold later items, so ask it for {@code
 *     past.size()} texts alone
 * @param bm25 of the items for the query
 * @param words the aspect of the encoder of words
 * @param meaning the aspect of the encoder of meaning; null without one
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record Situation(
    EncodedText query,
    List<HistoryItem> past,
    List<EncodedText> inputs,
    List<EncodedText> outputs,
    List<Integer> labels,
    WordIndex outputWords,
    double[] bm25,
    Aspect words,
    Aspect meaning) {
  /**
   * A query of a closed task by numbers alone, where its text and the items' are not at hand.
   *
   * @param bm25 one per item, like {@code labels}
   */
  public static Situation ofNumbers(
      List<Integer> labels, double[] bm25, Aspect words, Aspect meaning) {
    return new Situation(null, List.of(), List.of(), List.of(), labels, null, bm25, words, meaning);
  }

  /** Items of a closed task whose outputs are none of its options; they teach nothing. */
  public int unreadable() {
    return Collections.frequency(labels, Timeline.NO_OPTION);
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
    double[] kernel = new double[bm25.length];
    double weight = 1;
    for (int i = kernel.length - 1; i >= 0; i--) {
      kernel[i] = weight;
      weight *= 0.85;
    }
    return kernel;
  }
}

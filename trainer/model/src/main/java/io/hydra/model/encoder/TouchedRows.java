package io.hydra.model.encoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The rows of a table that the words of a batch touch, and the words as places among these rows.
 *
 * @param rows distinct, in the order of their first use; row 0, the padding, leads them
 * @param texts words as places in {@code rows}
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
record TouchedRows(long[] rows, List<int[]> texts) {

  /**
   * @param texts ids of words, below {@code vocabulary}
   */
  static TouchedRows of(List<int[]> texts, int vocabulary) {
    int[] places = new int[vocabulary];
    long[] rows = new long[1 + texts.stream().mapToInt(t -> t.length).sum()];
    int count = 1;
    List<int[]> local = new ArrayList<>();
    for (int[] text : texts) {
      int[] ids = new int[text.length];
      for (int i = 0; i < text.length; i++) {
        if (places[text[i]] == 0) {
          places[text[i]] = count;
          rows[count++] = text[i];
        }
        ids[i] = places[text[i]];
      }
      local.add(ids);
    }
    return new TouchedRows(Arrays.copyOf(rows, count), local);
  }

  /**
   * Each row's share of the words of texts {@code from} to {@code to}: texts × rows, row-major. Its
   * product with the rows is the mean of each text's words.
   */
  float[] shares(int from, int to) {
    float[] shares = new float[(to - from) * rows.length];
    for (int i = from; i < to; i++) {
      int[] text = texts.get(i);
      for (int place : text) {
        shares[(i - from) * rows.length + place] += 1f / text.length;
      }
    }
    return shares;
  }
}

package io.hydra.model.feature;

import io.hydra.model.encoder.MeaningEncoder;
import io.hydra.schemas.redis.HistoryItem;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * The outputs that some of the population gave to inputs, by the inputs' packed meanings; never a
 * text, nor whose it is.
 *
 * @param vectors packed, one per item
 * @param labels the option that each output is
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record Memory(byte[][] vectors, int[] labels) {
  public static final Memory NONE = new Memory(new byte[0][], new int[0]);

  /** Items at most. Every new text is compared with all, at a tenth of a microsecond each. */
  private static final int MOST_ITEMS = 2048;

  /**
   * Remembers items, or as many of them as there is room for, evenly from all.
   *
   * @param label of an output among the options, or below 0 for none, which is not remembered
   */
  public static Memory of(
      MeaningEncoder encoder, List<HistoryItem> items, ToIntFunction<String> label) {
    List<HistoryItem> known =
        items.stream().filter(item -> label.applyAsInt(item.output()) >= 0).toList();
    int size = Math.min(MOST_ITEMS, known.size());
    byte[][] vectors = new byte[size][];
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      HistoryItem item = known.get((int) ((long) i * known.size() / size));
      vectors[i] = encoder.pack(item.input());
      labels[i] = label.applyAsInt(item.output());
    }
    return new Memory(vectors, labels);
  }
}

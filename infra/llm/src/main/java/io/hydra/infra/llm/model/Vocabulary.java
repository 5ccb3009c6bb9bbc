package io.hydra.infra.llm.model;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * The words that stand in two or more of the sample texts, numbered, and how telling each is:
 * {@code idf = ln((n + 1) / (df + 1)) + 1}. Every other word has a negative number of its own (a
 * hash), so that two texts can still share it.
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
record Vocabulary(Map<String, Integer> ids, float[] idf, float unknown) {
  private static final int LEAST_TEXTS = 2;

  static Vocabulary of(List<String> texts) {
    Map<String, Integer> frequency = new HashMap<>();
    for (String text : texts) {
      new HashSet<>(Words.lower(text)).forEach(w -> frequency.merge(w, 1, Integer::sum));
    }
    Map<String, Integer> ids = new HashMap<>();
    // Split again, for all words together would take more memory than all that is learned. In order
    // of appearance: the numbers must not depend on a hash map's order.
    for (String text : texts) {
      for (String word : Words.lower(text)) {
        if (frequency.get(word) >= LEAST_TEXTS) {
          ids.putIfAbsent(word, ids.size());
        }
      }
    }
    float[] idf = new float[ids.size()];
    ids.forEach((word, id) -> idf[id] = weight(texts.size(), frequency.get(word)));
    return new Vocabulary(ids, idf, weight(texts.size(), 0));
  }

  /** Number of the words that have a number of 0 or more. */
  int size() {
    return idf.length;
  }

  /** 0 to {@link #size()} - 1, or negative for a word that the sample texts do not teach. */
  int id(String word) {
    Integer known = ids.get(word);
    return known != null ? known : ~(word.hashCode() & Integer.MAX_VALUE);
  }

  /** At least 1; the highest for unknown words, and 1 for every word if no text was seen. */
  float idf(int id) {
    return id < 0 ? unknown : idf[id];
  }

  private static float weight(int texts, int frequency) {
    return (float) (Math.log((texts + 1.0) / (frequency + 1.0)) + 1);
  }
}

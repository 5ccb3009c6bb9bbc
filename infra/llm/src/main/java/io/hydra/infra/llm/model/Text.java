package io.hydra.infra.llm.model;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.util.Arrays;
import java.util.Locale;

/**
 * A text as the model sees it: its words in their places, and its unit vector of tf-idf weights
 * ({@code tf = 1 + ln(count)}). In arrays, since many are kept.
 *
 * @param starts of each word in {@code raw}, as {@code ends}
 * @param functions see {@link #function}
 * @param kinds flags of each word
 * @param vectorIds of the distinct words, rising
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
record Text(
    String raw,
    int[] starts,
    int[] ends,
    int[] ids,
    short[] functions,
    byte[] kinds,
    int[] vectorIds,
    float[] vectorWeights) {
  static final double PRESENCE = 0.3;
  private static final double SIMILARITY = 5;
  private static final byte OPENS = 1;
  private static final byte OWN_CASE = 2;

  static Text of(String raw, Vocabulary vocabulary) {
    int[] bounds = Words.bounds(raw);
    int n = bounds.length / 2;
    int[] starts = new int[n];
    int[] ends = new int[n];
    int[] ids = new int[n];
    short[] functions = new short[n];
    byte[] kinds = new byte[n];
    int before = 0;
    for (int i = 0; i < n; i++) {
      starts[i] = bounds[2 * i];
      ends[i] = bounds[2 * i + 1];
      String lower = raw.substring(starts[i], ends[i]).toLowerCase(Locale.ROOT);
      ids[i] = vocabulary.id(lower);
      functions[i] = (short) Words.functionNumber(lower);
      boolean opens = i == 0 || endsSentence(raw, before, starts[i]);
      kinds[i] =
          (byte)
              ((opens ? OPENS : 0) | (hasOwnCase(raw, starts[i], ends[i], opens) ? OWN_CASE : 0));
      before = ends[i];
    }
    int[] sorted = ids.clone();
    Arrays.sort(sorted);
    int[] vectorIds = new int[n];
    float[] weights = new float[n];
    int size = 0;
    double squares = 0;
    for (int i = 0; i < n; ) {
      int end = i;
      while (end < n && sorted[end] == sorted[i]) {
        end++;
      }
      float weight = (float) ((1 + Math.log(end - i)) * vocabulary.idf(sorted[i]));
      vectorIds[size] = sorted[i];
      weights[size++] = weight;
      squares += weight * weight;
      i = end;
    }
    float norm = (float) Math.sqrt(squares);
    for (int i = 0; i < size; i++) {
      weights[i] /= norm;
    }
    return new Text(
        raw,
        starts,
        ends,
        ids,
        functions,
        kinds,
        Arrays.copyOf(vectorIds, size),
        Arrays.copyOf(weights, size));
  }

  /** Number of its words. */
  int size() {
    return ids.length;
  }

  int id(int word) {
    return ids[word];
  }

  String surface(int word) {
    return raw.substring(starts[word], ends[word]);
  }

  /** Tells whether the word only joins others. */
  boolean isFunction(int word) {
    return functions[word] >= 0;
  }

  /** The number of a word that only joins others (see {@link Words#functionWord}), or -1. */
  int function(int word) {
    return functions[word];
  }

  /** Tells whether the word opens a sentence, so its capital says nothing. */
  boolean opensSentence(int word) {
    return (kinds[word] & OPENS) != 0;
  }

  /** True for a word whose spelling is its own: a name, an acronym. */
  boolean keepsCase(int word) {
    return (kinds[word] & OWN_CASE) != 0;
  }

  /** Number of its different words: the length of its vector. */
  int distinct() {
    return vectorIds.length;
  }

  int vectorId(int at) {
    return vectorIds[at];
  }

  float vectorWeight(int at) {
    return vectorWeights[at];
  }

  /** Cosine of the two vectors: 0 (no common word) to 1. */
  double similarity(Text other) {
    double dot = 0;
    int i = 0;
    int j = 0;
    while (i < vectorIds.length && j < other.vectorIds.length) {
      int order = Integer.compare(vectorIds[i], other.vectorIds[j]);
      if (order == 0) {
        dot += vectorWeights[i] * other.vectorWeights[j];
      }
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
    }
    return dot;
  }

  /**
   * The weight of an example of the messages, for labels and titles alike: {@code SIMILARITY *
   * cosine(example's text, question's text) + PRESENCE}. The cosine of two short texts on one
   * subject is some 0.05 to 0.2.
   */
  double weightAsExampleFor(Text asked) {
    return SIMILARITY * similarity(asked) + PRESENCE;
  }

  private static boolean endsSentence(String raw, int from, int to) {
    return raw.substring(from, to).chars().anyMatch(c -> ".!?:;\n".indexOf(c) >= 0);
  }

  private static boolean hasOwnCase(String raw, int start, int end, boolean opens) {
    if (!opens && Character.isUpperCase(raw.charAt(start))) {
      return true;
    }
    return raw.substring(start + 1, end).chars().anyMatch(Character::isUpperCase);
  }

  /**
   * Texts analysed lately: the same ones come again and again, as examples and as questions. Their
   * analysis does not depend on what is held.
   *
   * @param mostChars the texts' lengths sum up to; an analysis takes some five bytes a character
   */
  static LoadingCache<String, Text> cache(Vocabulary vocabulary, int mostChars) {
    return Caffeine.newBuilder()
        .maximumWeight(mostChars)
        .weigher((String raw, Text text) -> raw.length())
        .executor(Runnable::run)
        .build(raw -> of(raw, vocabulary));
  }
}

package io.hydra.infra.llm.text;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A text as the model sees it: its words in their places, and its unit vector of tf-idf weights
 * ({@code tf = 1 + ln(count)}). Immutable; in arrays, since many are kept.
 */
public final class Text {
  private static final byte OPENS = 1;
  private static final byte OWN_CASE = 2;

  private final String raw;
  private final int[] starts;
  private final int[] ends;
  private final int[] ids;
  private final short[] functions;
  private final byte[] kinds;
  private final int[] vectorIds;
  private final float[] vectorWeights;

  private Text(
      String raw,
      int[] starts,
      int[] ends,
      int[] ids,
      short[] functions,
      byte[] kinds,
      int[] vectorIds,
      float[] vectorWeights) {
    this.raw = raw;
    this.starts = starts;
    this.ends = ends;
    this.ids = ids;
    this.functions = functions;
    this.kinds = kinds;
    this.vectorIds = vectorIds;
    this.vectorWeights = vectorWeights;
  }

  public static Text of(String raw, Vocabulary vocabulary) {
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

  public String raw() {
    return raw;
  }

  /** How many words it has. */
  public int size() {
    return ids.length;
  }

  public int id(int word) {
    return ids[word];
  }

  public String surface(int word) {
    return raw.substring(starts[word], ends[word]);
  }

  /** Whether the word only joins others. */
  public boolean isFunction(int word) {
    return functions[word] >= 0;
  }

  /** The number of a word that only joins others (see {@link Words#functionWord}), or -1. */
  public int function(int word) {
    return functions[word];
  }

  /** Whether the word opens a sentence, so its capital says nothing. */
  public boolean opensSentence(int word) {
    return (kinds[word] & OPENS) != 0;
  }

  /** Whether the word's spelling is its own: a name, an acronym. */
  public boolean keepsCase(int word) {
    return (kinds[word] & OWN_CASE) != 0;
  }

  /** How many different words it has: the length of its vector. */
  public int distinct() {
    return vectorIds.length;
  }

  public int vectorId(int at) {
    return vectorIds[at];
  }

  public float vectorWeight(int at) {
    return vectorWeights[at];
  }

  /** Cosine of the two vectors: 0 (no common word) to 1. */
  public double similarity(Text other) {
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

  private static boolean endsSentence(String raw, int from, int to) {
    for (int i = from; i < to; i++) {
      switch (raw.charAt(i)) {
        case '.', '!', '?', ':', ';', '\n' -> {
          return true;
        }
        default -> {}
      }
    }
    return false;
  }

  private static boolean hasOwnCase(String raw, int start, int end, boolean opens) {
    if (!opens && Character.isUpperCase(raw.charAt(start))) {
      return true;
    }
    for (int i = start + 1; i < end; i++) {
      if (Character.isUpperCase(raw.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Texts analysed lately, the longest unused dropped first: the same texts come again and again,
   * as examples and as questions. What it returns does not depend on what it holds.
   */
  public static final class TextCache {
    private final Vocabulary vocabulary;
    private final int mostChars;
    private final Map<String, Text> texts = new LinkedHashMap<>(1024, 0.75f, true);
    private int chars;

    /**
     * @param mostChars the texts' lengths sum up to; an analysis takes some five bytes a character
     */
    public TextCache(Vocabulary vocabulary, int mostChars) {
      this.vocabulary = vocabulary;
      this.mostChars = mostChars;
    }

    public Text get(String raw) {
      synchronized (texts) {
        Text known = texts.get(raw);
        if (known != null) {
          return known;
        }
      }
      Text text = Text.of(raw, vocabulary);
      if (raw.length() <= mostChars / 16) {
        keep(text);
      }
      return text;
    }

    private void keep(Text text) {
      synchronized (texts) {
        if (texts.putIfAbsent(text.raw(), text) != null) {
          return;
        }
        chars += text.raw().length();
        var eldest = texts.keySet().iterator();
        while (chars > mostChars) {
          chars -= eldest.next().length();
          eldest.remove();
        }
      }
    }

    /** Sum of the lengths of the texts held. */
    int chars() {
      synchronized (texts) {
        return chars;
      }
    }
  }
}

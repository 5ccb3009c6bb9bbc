package io.hydra.model.encoder;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import io.hydra.model.text.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Shares the states of a text's tokens out among the words that the tokens are parts of. */
final class WordStates {
  private WordStates() {}

  /** A token and its part of the text. */
  private record Token(int start, int end, int index) {}

  /** The states of one word's tokens. */
  private static final class Sum {
    private final double[] sum;
    private int tokens;

    Sum(int width) {
      sum = new double[width];
    }

    void add(float[] states, int at) {
      tokens++;
      for (int i = 0; i < sum.length; i++) {
        sum[i] += states[at + i];
      }
    }

    boolean isFinite() {
      return Arrays.stream(sum).allMatch(Double::isFinite);
    }

    float[] mean() {
      float[] mean = new float[sum.length];
      for (int i = 0; i < mean.length; i++) {
        mean[i] = (float) (sum[i] / tokens);
      }
      return mean;
    }
  }

  /**
   * @param text as it was encoded
   * @param states tokens × width
   * @return the mean over the tokens that have a part of a word, wherever it stands, in the order
   *     of the words' first places; without a word whose mean is not finite
   */
  static Map<String, float[]> of(String text, Encoding encoding, float[] states, int width) {
    List<Token> tokens = tokens(text, encoding);
    Map<String, Sum> sums = new LinkedHashMap<>();
    int[] next = {0};
    Words.scan(
        text,
        (start, end) -> {
          while (next[0] < tokens.size() && tokens.get(next[0]).end() <= start) {
            next[0]++;
          }
          // Words of scripts without spaces overlap, so the next one may want these tokens too.
          for (int t = next[0]; t < tokens.size() && tokens.get(t).start() < end; t++) {
            sums.computeIfAbsent(
                    text.substring(start, end).toLowerCase(Locale.ROOT), word -> new Sum(width))
                .add(states, tokens.get(t).index() * width);
          }
          return next[0] < tokens.size();
        });
    Map<String, float[]> means = new LinkedHashMap<>();
    sums.forEach(
        (word, sum) -> {
          if (sum.isFinite()) {
            means.put(word, sum.mean());
          }
        });
    return means;
  }

  /** Those that stand for a part of the text, which the tokenizer counts in code points. */
  private static List<Token> tokens(String text, Encoding encoding) {
    CharSpan[] spans = encoding.getCharTokenSpans();
    long[] special = encoding.getSpecialTokenMask();
    List<Token> tokens = new ArrayList<>();
    int place = 0;
    int codePoints = 0;
    for (int t = 0; t < spans.length; t++) {
      if (spans[t] != null && special[t] == 0) {
        place = text.offsetByCodePoints(place, spans[t].getStart() - codePoints);
        codePoints = spans[t].getStart();
        int end = text.offsetByCodePoints(place, spans[t].getEnd() - codePoints);
        tokens.add(new Token(place, end, t));
      }
    }
    return tokens;
  }
}

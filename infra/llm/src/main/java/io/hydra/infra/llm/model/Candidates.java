package io.hydra.infra.llm.model;

import java.util.Arrays;
import java.util.List;

/**
 * The words that a title may be made of, in their order: those of the examples' titles, then those
 * of the input. Immutable.
 */
final class Candidates {
  /** Beyond this an input has nothing to look for. */
  private static final int MOST_INPUT_WORDS = 250;

  private final Text[] text;
  private final int[] word;
  private final int[] id;
  private final int[] sentence;
  private final int inputFrom;

  private Candidates(int size, int inputFrom) {
    text = new Text[size];
    word = new int[size];
    id = new int[size];
    sentence = new int[size];
    this.inputFrom = inputFrom;
  }

  static Candidates of(List<Text> titles, Text input) {
    int borrowed = titles.stream().mapToInt(Text::size).sum();
    int own = Math.min(MOST_INPUT_WORDS, input.size());
    Candidates candidates = new Candidates(borrowed + own, borrowed);
    int at = 0;
    int sentence = 0;
    for (Text title : titles) {
      sentence = candidates.put(at, title, title.size(), sentence + 1);
      at += title.size();
    }
    candidates.put(at, input, own, sentence + 1);
    return candidates;
  }

  private int put(int from, Text source, int words, int firstSentence) {
    int now = firstSentence;
    for (int i = 0; i < words; i++) {
      now += i > 0 && source.opensSentence(i) ? 1 : 0;
      text[from + i] = source;
      word[from + i] = i;
      id[from + i] = source.id(i);
      sentence[from + i] = now;
    }
    return now;
  }

  int size() {
    return text.length;
  }

  /** The index at which the input begins; the words before are borrowed. */
  int inputFrom() {
    return inputFrom;
  }

  int id(int at) {
    return id[at];
  }

  boolean isFunction(int at) {
    return text[at].isFunction(word[at]);
  }

  /** See {@link Text#function}. */
  int function(int at) {
    return text[at].function(word[at]);
  }

  boolean keepsCase(int at) {
    return text[at].keepsCase(word[at]);
  }

  String surface(int at) {
    return text[at].surface(word[at]);
  }

  boolean sameSentence(int a, int b) {
    return sentence[a] == sentence[b];
  }

  /** Picks the words of a title greedily: the most salient, those beside a picked one preferred. */
  static final class WordPicker {
    private static final double BESIDE_A_PICKED_WORD = 1.0;

    /** So many function words between two picked words are kept. */
    private static final int LONGEST_LINK = 2;

    private final Candidates words;
    private final double[] score;
    private final int[] picked;
    private int size;

    private WordPicker(Candidates words, double[] score, int wanted) {
      this.words = words;
      this.score = score;
      picked = new int[wanted];
    }

    /**
     * @param score one per candidate; overwritten. Negative infinity is never picked.
     * @return up to {@code wanted} content words and what links them, as indices in order
     */
    static int[] pick(Candidates words, double[] score, int wanted) {
      WordPicker picker = new WordPicker(words, score, wanted);
      while (picker.size < wanted && picker.pickOne()) {}
      return picker.withLinks();
    }

    private boolean pickOne() {
      int best = -1;
      double most = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < score.length; i++) {
        if (score[i] > most) {
          most = score[i];
          best = i;
        }
      }
      if (best < 0) {
        return false;
      }
      int at = size++;
      for (; at > 0 && picked[at - 1] > best; at--) {
        picked[at] = picked[at - 1];
      }
      picked[at] = best;
      int id = words.id(best);
      for (int i = 0; i < score.length; i++) {
        if (words.id(i) == id) {
          score[i] = Double.NEGATIVE_INFINITY;
        }
      }
      favourNeighbour(best, -1);
      favourNeighbour(best, 1);
      return true;
    }

    private void favourNeighbour(int at, int step) {
      int links = 0;
      for (int i = at + step;
          i >= 0 && i < score.length && links <= LONGEST_LINK && words.sameSentence(i, at);
          i += step, links++) {
        if (!words.isFunction(i)) {
          score[i] += BESIDE_A_PICKED_WORD;
          return;
        }
      }
    }

    private int[] withLinks() {
      int[] title = new int[size * (1 + LONGEST_LINK)];
      int n = 0;
      for (int i = 0; i < size; i++) {
        if (i > 0 && isLink(picked[i - 1], picked[i])) {
          for (int between = picked[i - 1] + 1; between < picked[i]; between++) {
            title[n++] = between;
          }
        }
        title[n++] = picked[i];
      }
      return Arrays.copyOf(title, n);
    }

    private boolean isLink(int from, int to) {
      if (to - from - 1 > LONGEST_LINK || !words.sameSentence(from, to)) {
        return false;
      }
      for (int i = from + 1; i < to; i++) {
        if (!words.isFunction(i)) {
          return false;
        }
      }
      return true;
    }
  }
}

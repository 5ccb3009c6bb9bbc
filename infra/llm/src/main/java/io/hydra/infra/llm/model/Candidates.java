package io.hydra.infra.llm.model;

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

  /** Where the input begins; the words before are borrowed. */
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
}

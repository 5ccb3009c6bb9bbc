package io.hydra.infra.llm.model;

import java.util.List;

/** Writes picked words as a title. */
final class TitleForm {
  private static final int SHORTEST_WITH_COLON = 4;

  private TitleForm() {}

  static String write(List<SourceWord> words, boolean titleCase, boolean colon, boolean question) {
    int colonAfter = colon && words.size() >= SHORTEST_WITH_COLON ? widestGap(words) : -1;
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < words.size(); i++) {
      boolean opens = i == 0 || i - 1 == colonAfter;
      out.append(i == 0 ? "" : " ").append(cased(words.get(i), titleCase, opens));
      if (i == colonAfter) {
        out.append(':');
      }
    }
    return out.append(question && !words.isEmpty() ? "?" : "").toString();
  }

  private static String cased(SourceWord word, boolean titleCase, boolean opens) {
    if (word.keepsCase()) {
      return word.surface();
    }
    if (opens || (titleCase && !word.isFunctionWord())) {
      return Character.toUpperCase(word.lower().charAt(0)) + word.lower().substring(1);
    }
    return word.lower();
  }

  /** The place after which the input was cut most: a break that reads as one. */
  private static int widestGap(List<SourceWord> words) {
    int at = 0;
    for (int i = 0; i < words.size() / 2 + 1 && i + 2 < words.size(); i++) {
      if (gap(words, i) > gap(words, at)) {
        at = i;
      }
    }
    return at;
  }

  private static int gap(List<SourceWord> words, int i) {
    return words.get(i + 1).index() - words.get(i).index();
  }
}

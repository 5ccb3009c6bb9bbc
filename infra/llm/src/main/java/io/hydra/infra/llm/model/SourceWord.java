package io.hydra.infra.llm.model;

import io.hydra.infra.llm.text.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A word of the input in its place.
 *
 * @param index among the input's words
 * @param startsSentence so its capital says nothing
 */
record SourceWord(int index, String surface, String lower, int sentence, boolean startsSentence) {
  /** Beyond this a title has nothing to look for. */
  private static final int MOST_WORDS = 250;

  private static final Pattern SENTENCE_END = Pattern.compile("[.!?:;\\n]");

  static List<SourceWord> of(String text) {
    List<SourceWord> words = new ArrayList<>();
    Matcher matcher = Words.WORD.matcher(text);
    int sentence = 0;
    int end = 0;
    while (words.size() < MOST_WORDS && matcher.find()) {
      boolean starts =
          words.isEmpty() || SENTENCE_END.matcher(text.substring(end, matcher.start())).find();
      sentence += starts ? 1 : 0;
      String surface = matcher.group();
      words.add(
          new SourceWord(
              words.size(), surface, surface.toLowerCase(Locale.ROOT), sentence, starts));
      end = matcher.end();
    }
    return words;
  }

  boolean isFunctionWord() {
    return Words.isFunctionWord(lower);
  }

  /** Whether its spelling is its own: a name, an acronym, a number. */
  boolean keepsCase() {
    boolean innerCapital = surface.chars().skip(1).anyMatch(Character::isUpperCase);
    boolean name = !startsSentence && Character.isUpperCase(surface.charAt(0));
    return innerCapital || name;
  }
}

package io.hydra.infra.llm.model;

import java.util.Arrays;
import java.util.List;

/**
 * Words with which several of the examples' titles begin, or end: "How To", "Sunday Roundup:",
 * "(PHOTOS)". Case and punctuation are part of them, a number stands for any number.
 *
 * @param words as the example that is most like the input has them; empty if there is no formula
 * @param titles how many have it
 */
record Formula(List<String> words, int titles) {
  private static final int LONGEST = 3;
  static final Formula NONE = new Formula(List.of(), 0);

  /**
   * The beginning that most of the titles share, at least two of them; of equally many the longest.
   *
   * @param titles most like the input first
   */
  static Formula beginning(List<String> titles) {
    return shared(titles, true);
  }

  /** The ending, likewise. */
  static Formula ending(List<String> titles) {
    return shared(titles, false);
  }

  boolean hasColon() {
    return words.stream().anyMatch(w -> w.indexOf(':') >= 0);
  }

  private static Formula shared(List<String> titles, boolean start) {
    List<String[]> split = titles.stream().map(t -> t.strip().split("\\s+")).toList();
    Formula best = NONE;
    for (int length = LONGEST; length > 0; length--) {
      for (int i = 0; i < split.size(); i++) {
        // A title that is all formula leaves nothing to say.
        if (split.get(i).length <= length) {
          continue;
        }
        List<String> piece = piece(split.get(i), length, start);
        int count = 0;
        for (String[] other : split) {
          count += other.length > length && alike(piece, piece(other, length, start)) ? 1 : 0;
        }
        if (count >= 2 && count > best.titles()) {
          best = new Formula(piece, count);
        }
      }
    }
    return best;
  }

  private static List<String> piece(String[] words, int length, boolean start) {
    int from = start ? 0 : words.length - length;
    return Arrays.asList(words).subList(from, from + length);
  }

  private static boolean alike(List<String> a, List<String> b) {
    for (int i = 0; i < a.size(); i++) {
      if (!a.get(i).equals(b.get(i)) && !(isNumber(a.get(i)) && isNumber(b.get(i)))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNumber(String word) {
    return !word.isEmpty() && word.chars().allMatch(Character::isDigit);
  }
}

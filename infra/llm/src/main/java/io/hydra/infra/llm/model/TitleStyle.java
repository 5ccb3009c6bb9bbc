package io.hydra.infra.llm.model;

import java.util.Arrays;
import java.util.List;

/**
 * The form of short texts such as headlines and titles.
 *
 * @param length mean number of words
 * @param lengthSpread their standard deviation
 * @param titleCase share written In Title Case, 0 to 1
 * @param colon share with a colon inside
 * @param question share that end in a question mark
 * @param joining share of their words that only join others
 * @param functions the share of them, 0 to 1, that hold each word that only joins others; by its
 *     number
 */
record TitleStyle(
    double length,
    double lengthSpread,
    double titleCase,
    double colon,
    double question,
    double joining,
    double[] functions) {
  private static final int LONG_WORD = 4;

  /** The style that is assumed before any title was seen. */
  static TitleStyle unknown() {
    return new TitleStyle(9, 3, 0.5, 0.2, 0.05, 0.3, new double[Words.functionWords()]);
  }

  static TitleStyle of(List<Text> titles) {
    if (titles.isEmpty()) {
      return unknown();
    }
    double n = titles.size();
    double words = 0;
    double squares = 0;
    double titleCase = 0;
    double colon = 0;
    double question = 0;
    double joining = 0;
    double[] functions = new double[Words.functionWords()];
    for (Text title : titles) {
      words += title.size();
      squares += (double) title.size() * title.size();
      titleCase += isTitleCase(title) ? 1 : 0;
      colon += title.raw().indexOf(':') > 0 ? 1 : 0;
      question += title.raw().stripTrailing().endsWith("?") ? 1 : 0;
      boolean[] counted = new boolean[functions.length];
      for (int i = 0; i < title.size(); i++) {
        int function = title.function(i);
        if (function >= 0) {
          joining++;
          functions[function] += counted[function] ? 0 : 1 / n;
          counted[function] = true;
        }
      }
    }
    double length = words / n;
    return new TitleStyle(
        length,
        Math.sqrt(Math.max(0, squares / n - length * length)),
        titleCase / n,
        colon / n,
        question / n,
        words == 0 ? 0 : joining / words,
        functions);
  }

  /** This style moved towards another, {@code weight} (0 to 1) of the way. */
  TitleStyle towards(TitleStyle other, double weight) {
    double[] mixed = new double[functions.length];
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] = mix(functions[i], other.functions[i], weight);
    }
    return new TitleStyle(
        mix(length, other.length, weight),
        mix(lengthSpread, other.lengthSpread, weight),
        mix(titleCase, other.titleCase, weight),
        mix(colon, other.colon, weight),
        mix(question, other.question, weight),
        mix(joining, other.joining, weight),
        mixed);
  }

  /** Tells whether most of the longer words after the first start with a capital. */
  static boolean isTitleCase(Text title) {
    int longer = 0;
    int capitals = 0;
    for (int i = 1; i < title.size(); i++) {
      String word = title.surface(i);
      if (word.length() >= LONG_WORD) {
        longer++;
        capitals += Character.isUpperCase(word.charAt(0)) ? 1 : 0;
      }
    }
    return capitals * 5 >= longer * 3 && longer > 0;
  }

  private static double mix(double a, double b, double weight) {
    return a + (b - a) * weight;
  }

  /**
   * Words with which several of the examples' titles begin, or end: "How To", "Sunday Roundup:",
   * "(PHOTOS)". Case and punctuation are part of them, a number stands for any number.
   *
   * @param words in the order of the example nearest to the input; empty without a formula
   * @param titles the number of titles that have it
   */
  record Formula(List<String> words, int titles) {
    private static final int LONGEST = 3;
    static final Formula NONE = new Formula(List.of(), 0);

    /**
     * The beginning that most of the titles share, at least two of them; of equally many the
     * longest.
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
}

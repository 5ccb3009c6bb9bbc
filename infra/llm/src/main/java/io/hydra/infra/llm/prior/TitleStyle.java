package io.hydra.infra.llm.prior;

import io.hydra.infra.llm.text.Words;
import java.util.List;
import java.util.regex.MatchResult;

/**
 * The form of short texts such as headlines and titles.
 *
 * @param length mean number of words
 * @param lengthSpread their standard deviation
 * @param titleCase share written In Title Case, 0 to 1
 * @param colon share with a colon inside
 * @param question share that end in a question mark
 */
public record TitleStyle(
    double length, double lengthSpread, double titleCase, double colon, double question) {
  /** Where nothing was seen. */
  static final TitleStyle UNKNOWN = new TitleStyle(9, 3, 0.5, 0.2, 0.05);

  private static final int LONG_WORD = 4;

  public static TitleStyle of(List<String> texts) {
    if (texts.isEmpty()) {
      return UNKNOWN;
    }
    double n = texts.size();
    double length = texts.stream().mapToInt(t -> Words.lower(t).size()).sum() / n;
    double variance =
        texts.stream().mapToDouble(t -> Math.pow(Words.lower(t).size() - length, 2)).sum() / n;
    return new TitleStyle(
        length,
        Math.sqrt(variance),
        texts.stream().filter(TitleStyle::isTitleCase).count() / n,
        texts.stream().filter(t -> t.indexOf(':') > 0).count() / n,
        texts.stream().filter(t -> t.strip().endsWith("?")).count() / n);
  }

  /** This style moved towards another, {@code weight} (0 to 1) of the way. */
  public TitleStyle towards(TitleStyle other, double weight) {
    return new TitleStyle(
        mix(length, other.length, weight),
        mix(lengthSpread, other.lengthSpread, weight),
        mix(titleCase, other.titleCase, weight),
        mix(colon, other.colon, weight),
        mix(question, other.question, weight));
  }

  /** Whether most of the longer words after the first start with a capital. */
  static boolean isTitleCase(String text) {
    List<String> longer =
        Words.WORD
            .matcher(text)
            .results()
            .map(MatchResult::group)
            .skip(1)
            .filter(w -> w.length() >= LONG_WORD)
            .toList();
    long capitals = longer.stream().filter(w -> Character.isUpperCase(w.charAt(0))).count();
    return capitals * 5 >= longer.size() * 3 && !longer.isEmpty();
  }

  private static double mix(double a, double b, double weight) {
    return a + (b - a) * weight;
  }
}

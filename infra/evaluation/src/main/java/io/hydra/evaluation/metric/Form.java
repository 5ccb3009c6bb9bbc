package io.hydra.evaluation.metric;

import io.hydra.model.text.Words;
import java.util.regex.Pattern;

/**
 * The form of a text, whatever its words say.
 *
 * @param words the number of them
 * @param capitals share of the words that begin with a capital
 * @param divided whether it has a colon
 */
public record Form(int words, double capitals, boolean divided) {
  private static final Pattern SPACE = Pattern.compile("\\s+");

  static Form of(String text) {
    String[] parts = SPACE.split(text.strip());
    long capitals = 0;
    for (String part : parts) {
      capitals += !part.isEmpty() && Character.isUpperCase(part.codePointAt(0)) ? 1 : 0;
    }
    return new Form(
        Words.of(text).size(), (double) capitals / parts.length, text.indexOf(':') >= 0);
  }

  /**
   * Likeness of two texts in form, 0 to 1: the mean of min/max of their words plus one, of 1 − the
   * difference of their shares of capitals, and of whether both or neither are divided.
   */
  public static double likeness(String text, String other) {
    Form a = of(text);
    Form b = of(other);
    double length = (Math.min(a.words, b.words) + 1.0) / (Math.max(a.words, b.words) + 1.0);
    double casing = 1 - Math.abs(a.capitals - b.capitals);
    return (length + casing + (a.divided == b.divided ? 1 : 0)) / 3;
  }
}

package io.hydra.model.feature;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The form of a user's past outputs.
 *
 * @param count number of outputs
 * @param length mean number of words, shrunk to the population's
 * @param capitals mean share of capitalised words
 * @param marks mean of {@link #marks(String)}
 * @param openings how many outputs open with a word
 */
record PastForm(
    int count, double length, double capitals, double marks, Map<String, Integer> openings) {
  static PastForm of(List<ReadText> outputs, double usualLength, double shrinkage) {
    double words = shrinkage * usualLength;
    double capitals = 0;
    double marks = 0;
    Map<String, Integer> openings = new HashMap<>();
    for (ReadText output : outputs) {
      words += output.words().size();
      capitals += capitals(output.text());
      marks += marks(output.text());
      if (!output.words().isEmpty()) {
        openings.merge(output.words().get(0), 1, Integer::sum);
      }
    }
    int count = outputs.size();
    return new PastForm(
        count,
        words / (count + shrinkage),
        count == 0 ? 0 : capitals / count,
        count == 0 ? 0 : marks / count,
        openings);
  }

  double openingShare(List<String> words) {
    return words.isEmpty() ? 0 : openings.getOrDefault(words.get(0), 0) / (count + 2.0);
  }

  /** Share of the words that begin with a capital, 0 to 1. */
  static double capitals(String text) {
    int words = 0;
    int capitals = 0;
    boolean starts = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ' ') {
        starts = true;
      } else if (starts) {
        starts = false;
        if (Character.isLetter(c)) {
          words++;
          capitals += Character.isUpperCase(c) ? 1 : 0;
        }
      }
    }
    return words == 0 ? 0 : (double) capitals / words;
  }

  /** Half for a colon, half for a question mark. */
  static double marks(String text) {
    return (text.indexOf(':') >= 0 ? 0.5 : 0) + (text.indexOf('?') >= 0 ? 0.5 : 0);
  }
}

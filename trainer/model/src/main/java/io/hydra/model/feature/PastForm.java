package io.hydra.model.feature;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The form of a user's past outputs.
 *
 * @param count number of outputs
 * @param length mean number of words, shrunk to the population's
 * @param capitals mean of {@link ReadText#capitals}
 * @param marks mean of {@link ReadText#marks}
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
      capitals += output.capitals();
      marks += output.marks();
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
}

package io.hydra.model.feature;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The LLM's distinct answers, with their counts.
 *
 * @param counts in order of first appearance
 * @param total samples that could be read; 0: the LLM was not asked
 * @param expectedWords of each answer: how many of its distinct words the user's own text is
 *     expected to have, by {@link Salience} in context of the base that was asked; empty unless it
 *     is known of all answers
 */
public record Samples(Map<String, Integer> counts, int total, Map<String, Float> expectedWords) {
  /** The LLM was not asked: not the same as nobody agreeing. */
  public static final Samples MISSING = new Samples(Map.of(), 0, Map.of());

  public Samples {
    counts = Collections.unmodifiableMap(new LinkedHashMap<>(counts));
    expectedWords =
        expectedWords.keySet().containsAll(counts.keySet()) ? Map.copyOf(expectedWords) : Map.of();
  }

  /**
   * @param normalized samples; empty ones could not be read and do not count
   */
  public static Samples of(List<String> normalized) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    int total = 0;
    for (String sample : normalized) {
      if (!sample.isEmpty()) {
        counts.merge(sample, 1, Integer::sum);
        total++;
      }
    }
    return new Samples(counts, total, Map.of());
  }

  public boolean isMissing() {
    return total == 0;
  }

  public int count(String text) {
    return counts.getOrDefault(text, 0);
  }

  /** The share of the samples that said each of some texts; null if the LLM was not asked. */
  public double[] shares(List<String> texts) {
    return isMissing()
        ? null
        : texts.stream().mapToDouble(text -> (double) count(text) / total).toArray();
  }
}

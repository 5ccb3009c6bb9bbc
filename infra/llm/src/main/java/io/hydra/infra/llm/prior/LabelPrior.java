package io.hydra.infra.llm.prior;

import io.hydra.infra.llm.prior.Prior.LearntPair;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What texts of a label look like: multinomial naive Bayes over words, each label's distribution
 * smoothed towards all text (Dirichlet, {@link #SMOOTHING} pseudo-words).
 */
public final class LabelPrior {
  private static final double SMOOTHING = 20;

  private final Map<String, Integer> background = new HashMap<>();
  private final Map<String, Counts> labels = new HashMap<>();
  private long words;

  private LabelPrior() {}

  static LabelPrior learn(List<LearntPair> pairs) {
    LabelPrior prior = new LabelPrior();
    for (LearntPair pair : pairs) {
      Counts counts = prior.labels.computeIfAbsent(key(pair.output()), l -> new Counts());
      counts.texts++;
      for (String word : pair.input()) {
        prior.background.merge(word, 1, Integer::sum);
        counts.words.merge(word, 1, Integer::sum);
        counts.total++;
        prior.words++;
      }
    }
    return prior;
  }

  /** The form in which labels are compared: trimmed, lower case. */
  public static String key(String label) {
    return label.strip().toLowerCase(Locale.ROOT);
  }

  /** How many sample texts carry this label. */
  public int texts(String label) {
    Counts counts = labels.get(key(label));
    return counts == null ? 0 : counts.texts;
  }

  /**
   * The evidence of a text for a label, {@code sum of ln p(word | label) / p(word)} over its known
   * words, divided by the root of their number: words are not independent, and an undivided sum
   * would make every long text certain. 0 for a label or for words never seen.
   */
  public double evidence(List<String> text, String label) {
    Counts counts = labels.get(key(label));
    if (counts == null) {
      return 0;
    }
    double sum = 0;
    int known = 0;
    for (String word : text) {
      Integer everywhere = background.get(word);
      if (everywhere == null) {
        continue;
      }
      known++;
      double p = everywhere / (double) words;
      double smoothed =
          (counts.words.getOrDefault(word, 0) + SMOOTHING * p) / (counts.total + SMOOTHING);
      sum += Math.log(smoothed / p);
    }
    return known == 0 ? 0 : sum / Math.sqrt(known);
  }

  private static final class Counts {
    private final Map<String, Integer> words = new HashMap<>();
    private int total;
    private int texts;
  }
}

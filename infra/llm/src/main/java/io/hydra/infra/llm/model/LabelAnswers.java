package io.hydra.infra.llm.model;

import io.hydra.infra.llm.prior.LabelPrior;
import io.hydra.infra.llm.prior.Prior;
import io.hydra.infra.llm.prompt.Prompt;
import io.hydra.infra.llm.prompt.Prompt.Example;
import io.hydra.infra.llm.text.Words;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Answers from a closed set. Per option,
 *
 * <pre>
 * logit = naive Bayes evidence of the text
 *       + sum over examples of this label (SIMILARITY * cosine(example, text) + PRESENCE)
 * </pre>
 *
 * so a similar example pulls hard, any example a little, and a misleading one pulls as hard in the
 * wrong direction. How often a label occurs in the sample text does not count: an LLM does not know
 * how often it occurs in somebody's data.
 *
 * <p>The two weights, and the smoothing of {@link LabelPrior}, were chosen on training users only
 * (sample text from every other one, questions to the rest) so that it leaves the room that a
 * capable LLM does. On authors' news categories it was then right in 58 % without examples and in
 * 73 % with four similar items of the same author, at temperature 0.
 */
final class LabelAnswers {
  /** The cosine of two short texts on one subject is some 0.05, hence the size of this weight. */
  private static final double SIMILARITY = 20;

  private static final double PRESENCE = 0.3;

  private final Prior prior;

  LabelAnswers(Prior prior) {
    this.prior = prior;
  }

  Distribution distribution(Prompt prompt) {
    List<String> words = Words.lower(prompt.text());
    List<String> options = prompt.options();
    LabelPrior learnt = prior.labelsLike(options);
    double[] logits = new double[options.size()];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = learnt.evidence(words, options.get(i));
    }
    for (Example example : prompt.examples()) {
      int at = indexOf(options, example.answer());
      if (at >= 0) {
        double similarity = prior.idf().similarity(Words.lower(example.text()), words);
        logits[at] += SIMILARITY * similarity + PRESENCE;
      }
    }
    return new Distribution(options, logits);
  }

  private static int indexOf(List<String> options, String label) {
    String key = LabelPrior.key(label);
    for (int i = 0; i < options.size(); i++) {
      if (LabelPrior.key(options.get(i)).equals(key)) {
        return i;
      }
    }
    return -1;
  }

  /** Softmax of the logits over the temperature; at 0 the first of the best. */
  static final class Distribution {
    private final List<String> options;
    private final double[] logits;

    Distribution(List<String> options, double[] logits) {
      this.options = options;
      this.logits = logits;
    }

    /** At temperature 1. */
    double probability(String option) {
      return probabilities(1)[options.indexOf(option)];
    }

    String sample(double temperature, SplittableRandom random) {
      if (temperature == 0) {
        return options.get(best());
      }
      double[] probabilities = probabilities(temperature);
      double left = random.nextDouble();
      for (int i = 0; i < probabilities.length; i++) {
        left -= probabilities[i];
        if (left < 0) {
          return options.get(i);
        }
      }
      return options.get(best());
    }

    private int best() {
      int best = 0;
      for (int i = 1; i < logits.length; i++) {
        best = logits[i] > logits[best] ? i : best;
      }
      return best;
    }

    private double[] probabilities(double temperature) {
      double[] p = new double[logits.length];
      double max = logits[best()];
      double sum = 0;
      for (int i = 0; i < p.length; i++) {
        p[i] = Math.exp((logits[i] - max) / temperature);
        sum += p[i];
      }
      for (int i = 0; i < p.length; i++) {
        p[i] /= sum;
      }
      return p;
    }
  }
}

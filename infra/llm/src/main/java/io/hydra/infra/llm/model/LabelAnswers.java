package io.hydra.infra.llm.model;

import com.github.benmanes.caffeine.cache.LoadingCache;
import io.hydra.infra.llm.model.Prior.Softmax;
import io.hydra.infra.llm.model.Prompt.Example;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Answers from a closed set. The examples move what was learned by one gradient step of the log
 * loss in function space, each by {@code evidence} times its {@link Text#weightAsExampleFor
 * weight}:
 *
 * <pre>
 * logit(option) = learned(option | text)
 *               + sum over examples of weight * ([option is its answer] - p(option | its text))
 * </pre>
 *
 * <p>An example that was to be expected teaches little, a surprising one much; for stars a shopper
 * who is harsher than the words sound moves the level. A misleading example pulls as hard in the
 * wrong direction.
 */
record LabelAnswers(Prior prior, LoadingCache<String, Text> texts, double evidence) {
  /** The weight of the answer that a profile names first; the n-th has the n-th part of it. */
  private static final double NAMED = 0.5;

  Distribution distribution(Prompt prompt) {
    List<String> options = prompt.options();
    List<String> keys = options.stream().map(LabelPrior::key).toList();
    LabelPrior learned = prior.labelsLike(keys);
    Text text = texts.get(prompt.text());
    double[] logits = learned.logits(text, keys);
    for (Example example : prompt.examples()) {
      int answer = keys.indexOf(LabelPrior.key(example.answer()));
      if (answer >= 0) {
        Text shown = texts.get(example.text());
        double weight = evidence * shown.weightAsExampleFor(text);
        double[] expected = Softmax.of(learned.logits(shown, keys));
        for (int i = 0; i < logits.length; i++) {
          logits[i] += weight * ((i == answer ? 1 : 0) - expected[i]);
        }
      }
    }
    if (!prompt.profile().equals(PersonProfile.NONE)) {
      heed(prompt.profile(), keys, logits);
    }
    return new Distribution(options, logits);
  }

  private static void heed(PersonProfile profile, List<String> keys, double[] logits) {
    for (int rank = 0; rank < profile.answers().size(); rank++) {
      int at = keys.indexOf(LabelPrior.key(profile.answers().get(rank)));
      if (at >= 0) {
        logits[at] += NAMED / (rank + 1);
      }
    }
    if (profile.average().isPresent() && keys.stream().allMatch(Profiles::isNumber)) {
      for (int i = 0; i < logits.length; i++) {
        double off = Integer.parseInt(keys.get(i)) - profile.average().getAsDouble();
        logits[i] -= NAMED * Math.abs(off);
      }
    }
  }

  /** Softmax of the logits over the temperature; at 0 the first of the best. */
  @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
  record Distribution(List<String> options, double[] logits) {
    /** At temperature 1. */
    double probability(String option) {
      return Softmax.of(logits)[options.indexOf(option)];
    }

    String sample(double temperature, SplittableRandom random) {
      if (temperature == 0) {
        return options.get(best());
      }
      double[] scaled = logits.clone();
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] /= temperature;
      }
      double[] probabilities = Softmax.of(scaled);
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
  }
}

package io.hydra.infra.llm.model;

import io.hydra.infra.llm.model.Prior.Softmax;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The likeness of a text to each label: softmax regression over the unit tf-idf vector,
 *
 * <pre>logit(label) = bias(label) + sum over words of weight(label, word) * tfidf(word)</pre>
 *
 * fitted by stochastic gradient descent on the log loss, in an order that is always the same. Few
 * passes and a little shrinkage keep it calibrated on people it has not seen.
 */
final class LabelPrior {
  private static final int PASSES = 10;
  private static final double RATE = 2;
  private static final double SHRINKAGE = 1e-3;

  /** A bias sees every text, a word's weight but a part of its unit length. */
  private static final double BIAS_RATE = 0.1;

  private static final long SEED = 1;

  private final Map<String, Integer> labels = new HashMap<>();
  private final double[] bias;
  private final float[] weights;

  private LabelPrior(List<String> labels, int words) {
    labels.forEach(l -> this.labels.putIfAbsent(key(l), this.labels.size()));
    bias = new double[this.labels.size()];
    weights = new float[this.labels.size() * words];
  }

  /**
   * @param outputs one per text
   * @param words size of the vocabulary
   */
  static LabelPrior learn(List<Text> texts, List<String> outputs, int words) {
    LabelPrior prior = new LabelPrior(outputs, words);
    List<Integer> order = new ArrayList<>(IntStream.range(0, texts.size()).boxed().toList());
    Random random = new Random(SEED);
    for (int pass = 0; pass < PASSES; pass++) {
      Collections.shuffle(order, random);
      double rate = RATE / (1 + pass);
      for (int i : order) {
        prior.step(texts.get(i), prior.labels.get(key(outputs.get(i))), rate);
      }
    }
    return prior;
  }

  /** The form in which labels are compared: trimmed, lower case. */
  static String key(String label) {
    return label.strip().toLowerCase(Locale.ROOT);
  }

  boolean knows(String key) {
    return labels.containsKey(key);
  }

  /**
   * One logit per option; options never seen get the mean of the others.
   *
   * @param options in the form of {@link #key}
   */
  double[] logits(Text text, List<String> options) {
    double[] all = logits(text);
    double[] logits = new double[options.size()];
    boolean[] known = new boolean[logits.length];
    double sum = 0;
    int count = 0;
    for (int i = 0; i < logits.length; i++) {
      Integer label = labels.get(options.get(i));
      if (label != null) {
        known[i] = true;
        logits[i] = all[label];
        sum += all[label];
        count++;
      }
    }
    for (int i = 0; i < logits.length; i++) {
      logits[i] = known[i] || count == 0 ? logits[i] : sum / count;
    }
    return logits;
  }

  private double[] logits(Text text) {
    double[] logits = bias.clone();
    int n = logits.length;
    for (int i = 0; i < text.distinct(); i++) {
      int id = text.vectorId(i);
      if (id >= 0) {
        float weight = text.vectorWeight(i);
        for (int k = 0; k < n; k++) {
          logits[k] += weights[id * n + k] * weight;
        }
      }
    }
    return logits;
  }

  private void step(Text text, int gold, double rate) {
    double[] error = Softmax.of(logits(text));
    error[gold] -= 1;
    int n = error.length;
    for (int k = 0; k < n; k++) {
      bias[k] -= BIAS_RATE * rate * error[k];
    }
    for (int i = 0; i < text.distinct(); i++) {
      int id = text.vectorId(i);
      if (id >= 0) {
        float weight = text.vectorWeight(i);
        for (int k = 0; k < n; k++) {
          float old = weights[id * n + k];
          weights[id * n + k] = (float) (old - rate * (error[k] * weight + SHRINKAGE * old));
        }
      }
    }
  }
}

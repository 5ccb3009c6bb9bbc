package io.hydra.evaluation.paper;

import io.hydra.evaluation.paper.PaperRow.PairInput;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * One scorer, reranker or adapter, in the paper's own form (Zhuang et al., NeurIPS 2024): a shared
 * base that turns a pair into z, and per user a head z → tanh → 2 logits; a pair's score is
 * softmax(logits)[1], the loss two-class cross-entropy. Stage 1 trains base and training users'
 * heads together and throws these heads away; stage 2 freezes the base and fits a fresh random head
 * for each new user. Thread-safe.
 *
 * <p>In plain Java: at this size a call into a tensor library costs more than the sums.
 */
public final class PaperScorer {
  private final PaperConfig config;
  private final PairInput input;

  /**
   * z is the tanh of its output. It stands where the paper has a Longformer, on top of the
   * project's frozen encoder.
   */
  private final Layer base;

  private PaperScorer(PaperConfig config, PairInput input, Layer base) {
    this.config = config;
    this.input = input;
    this.base = base;
  }

  /** One user's head: z² + z + 2z + 2 numbers. */
  public final class Head {
    private final Layer hidden;
    private final Layer logits;

    private Head(SplittableRandom random) {
      hidden = new Layer(config.z(), config.z(), random);
      logits = new Layer(config.z(), 2, random);
    }

    /** softmax(logits)[1] of each pair, without dropout. */
    public double[] scores(List<PaperRow> pairs) {
      return pairs.stream().mapToDouble(pair -> score(z(pair))).toArray();
    }

    double score(float[] z) {
      return second(logits.apply(tanh(hidden.apply(z))));
    }

    /**
     * Learns from one row, with dropout of z and of the hidden layer.
     *
     * @param weight of the row in the loss
     * @return the slope of the loss by z
     */
    float[] learn(float[] z, boolean positive, float weight, SplittableRandom random) {
      float[] keptOfZ = dropout(random);
      float[] x = product(z, keptOfZ);
      float[] y = tanh(hidden.apply(x));
      float[] kept = dropout(random);
      float[] dropped = product(y, kept);
      float error = (float) (second(logits.apply(dropped)) - (positive ? 1 : 0)) * weight;
      float[] slope = {-error, error};
      logits.learn(dropped, slope);
      float[] ofHidden = throughTanh(product(logits.back(slope), kept), y);
      hidden.learn(x, ofHidden);
      return product(hidden.back(ofHidden), keptOfZ);
    }

    private void step(double learningRate) {
      hidden.step(learningRate, config.weightDecay());
      logits.step(learningRate, config.weightDecay());
    }
  }

  /**
   * Stage 1. A training user's head moves in the steps that hold rows of that user.
   *
   * @param dimensions of the rows' vectors
   * @param options size of the closed set, 0 for open text
   * @param users each training user's rows
   * @throws IllegalArgumentException if there is no row to learn from, or one does not fit
   */
  public static PaperScorer train(
      PaperConfig config, int dimensions, int options, List<List<PaperRow>> users, long seed) {
    if (users.stream().allMatch(List::isEmpty)) {
      throw new IllegalArgumentException(
          "hydra-paper: no row to train the base on; give training users with histories");
    }
    PairInput input = new PairInput(dimensions, config.optionOneHot() ? options : 0);
    SplittableRandom random = new SplittableRandom(seed);
    Layer base = new Layer(input.length(), config.z(), random);
    PaperScorer scorer = new PaperScorer(config, input, base);
    scorer.trainBase(users, random);
    return scorer;
  }

  private void trainBase(List<List<PaperRow>> users, SplittableRandom random) {
    record Lesson(Head head, PaperRow row) {}
    List<Lesson> lessons = new ArrayList<>();
    for (List<PaperRow> rows : users) {
      Head head = new Head(random);
      rows.forEach(row -> lessons.add(new Lesson(head, row)));
    }
    inBatches(
        lessons,
        config.epochs(),
        random,
        (batch, share) -> {
          double learningRate = config.baseLearningRate() * share;
          Set<Head> heads = new LinkedHashSet<>();
          for (Lesson lesson : batch) {
            float[] x = input.of(lesson.row());
            float[] z = tanh(base.apply(x));
            float[] slope =
                lesson.head().learn(z, lesson.row().positive(), 1f / batch.size(), random);
            base.learn(x, throughTanh(slope, z));
            heads.add(lesson.head());
          }
          base.step(learningRate, config.weightDecay());
          heads.forEach(head -> head.step(learningRate));
        });
  }

  /**
   * Stage 2. The head depends on the seed, this user's rows and key alone. A user without rows gets
   * the random start: the paper cannot serve such a user, so callers should fall back to the order
   * they had.
   *
   * @param rows of the user's own history
   */
  public Head fit(List<PaperRow> rows, String userKey, long seed) {
    record Lesson(float[] z, boolean positive) {}
    SplittableRandom random = new SplittableRandom(31 * seed + userKey.hashCode());
    Head head = new Head(random);
    List<Lesson> lessons = new ArrayList<>();
    rows.forEach(row -> lessons.add(new Lesson(z(row), row.positive())));
    inBatches(
        lessons,
        config.headEpochs(),
        random,
        (batch, share) -> {
          for (Lesson lesson : batch) {
            float[] unused = head.learn(lesson.z(), lesson.positive(), 1f / batch.size(), random);
          }
          head.step(config.headLearningRate() * share);
        });
    return head;
  }

  private interface Step<T> {
    /**
     * @param share of the learning rate, which falls linearly to 0
     */
    void learn(List<T> batch, double share);
  }

  /** Goes through the lessons so often, in another order each time. */
  private <T> void inBatches(
      List<T> lessons, int epochs, SplittableRandom random, Step<T> eachStep) {
    Random order = new Random(random.nextLong());
    int perEpoch = (lessons.size() + config.batch() - 1) / config.batch();
    for (int step = 0; step < epochs * perEpoch; step++) {
      if (step % perEpoch == 0) {
        Collections.shuffle(lessons, order);
      }
      int from = step % perEpoch * config.batch();
      int to = Math.min(from + config.batch(), lessons.size());
      eachStep.learn(lessons.subList(from, to), 1 - (double) step / (epochs * perEpoch));
    }
  }

  float[] base() {
    return base.weights;
  }

  private float[] z(PaperRow row) {
    return tanh(base.apply(input.of(row)));
  }

  /** The factors of z: 0 for the share that is left out, for the rest what keeps the mean. */
  private float[] dropout(SplittableRandom random) {
    float[] factors = new float[config.z()];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = random.nextDouble() < config.dropout() ? 0 : 1 / (1 - config.dropout());
    }
    return factors;
  }

  private static float[] product(float[] a, float[] b) {
    float[] product = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      product[i] = a[i] * b[i];
    }
    return product;
  }

  /** softmax(logits)[1]. */
  private static double second(float[] logits) {
    return 1 / (1 + Math.exp(logits[0] - logits[1]));
  }

  /** In place; Math.tanh takes several times as long. */
  private static float[] tanh(float[] x) {
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (1 - 2 / (1 + Math.exp(2 * x[i])));
    }
    return x;
  }

  /** The slope by the input of tanh, from that by its output {@code y}. */
  private static float[] throughTanh(float[] slope, float[] y) {
    float[] through = new float[y.length];
    for (int i = 0; i < y.length; i++) {
      through[i] = slope[i] * (1 - y[i] * y[i]);
    }
    return through;
  }
}

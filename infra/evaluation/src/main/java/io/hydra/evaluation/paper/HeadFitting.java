package io.hydra.evaluation.paper;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.training.GradientCollector;
import io.hydra.evaluation.paper.Network.AdamW;
import io.hydra.evaluation.paper.PaperHeads.HeadShape;
import io.hydra.evaluation.paper.Sums.Uniform;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Stage 2: fits fresh heads of many users at once, in stacks of one size.
 *
 * <p>A user's head must not depend on who else is in the call, to the bit. So every user has
 * batches, dropout and a learning rate of their own; a stack is filled up with empty places and a
 * batch with empty rows, which keeps the tensors' shapes and with them the kernels' order of
 * summation; and a head is taken out at its user's last step, however long the others need.
 */
final class HeadFitting {
  private static final int STACK = 32;

  private final PaperConfig config;
  private final HeadShape shape;

  HeadFitting(PaperConfig config) {
    this.config = config;
    this.shape = new HeadShape(config.z());
  }

  /**
   * @param z of the user's rows, one after the other
   * @param seed of this user
   */
  record Evidence(float[] z, boolean[] positive, long seed) {}

  /** Heads in the order of {@code users}; without rows a user's is the random start. */
  float[][] fit(List<Evidence> users) {
    List<Pupil> pupils = new ArrayList<>();
    users.forEach(user -> pupils.add(new Pupil(user)));
    // Alike in length, so that few wait for others.
    List<Integer> order =
        IntStream.range(0, users.size())
            .boxed()
            .filter(i -> pupils.get(i).steps > 0)
            .sorted(Comparator.comparingInt(i -> pupils.get(i).steps))
            .toList();
    for (int from = 0; from < order.size(); from += STACK) {
      fitStack(
          order.subList(from, Math.min(from + STACK, order.size())).stream()
              .map(pupils::get)
              .toList());
    }
    return pupils.stream().map(p -> p.head).toArray(float[][]::new);
  }

  private void fitStack(List<Pupil> pupils) {
    int steps = pupils.get(pupils.size() - 1).steps;
    try (NDManager manager = NDManager.newBaseManager()) {
      Feed start = new Feed(manager, STACK, shape.stride());
      for (int i = 0; i < pupils.size(); i++) {
        System.arraycopy(pupils.get(i).head, 0, start.values, i * shape.stride(), shape.stride());
      }
      NDArray weights = start.push().duplicate();
      NDArray mean = weights.zerosLike();
      NDArray variance = weights.zerosLike();
      Batch batch = new Batch(manager);
      for (int step = 0; step < steps; step++) {
        batch.clear();
        boolean finishes = false;
        for (int i = 0; i < pupils.size(); i++) {
          if (step < pupils.get(i).steps) {
            pupils.get(i).next(batch, i, step);
          }
          finishes |= step == pupils.get(i).steps - 1;
        }
        step(batch, weights, mean, variance);
        if (finishes) {
          takeOut(pupils, step, weights.toFloatArray());
        }
      }
    }
  }

  private void takeOut(List<Pupil> pupils, int step, float[] weights) {
    for (int i = 0; i < pupils.size(); i++) {
      if (step == pupils.get(i).steps - 1) {
        int from = i * shape.stride();
        pupils.get(i).head = Arrays.copyOfRange(weights, from, from + shape.stride());
      }
    }
  }

  private void step(Batch batch, NDArray weights, NDArray mean, NDArray variance) {
    try (NDScope scope = new NDScope();
        GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      scope.suppressNotUsedWarning();
      NDArray heads = weights.stopGradient();
      heads.setRequiresGradient(true);
      NDArray logits = Network.logits(shape, heads, batch.z.push(), batch.dropout.push());
      collector.backward(Network.loss(logits, batch.weights.push()));
      AdamW.step(
          weights,
          mean,
          variance,
          heads.getGradient().stopGradient(),
          batch.rates.push(),
          batch.keeps.push());
    }
  }

  /** One step's numbers for a whole stack; what no user fills stays 0 and moves nothing. */
  private final class Batch {
    final Feed z;
    final Feed dropout;
    final Feed weights;
    final Feed rates;
    final Feed keeps;

    Batch(NDManager manager) {
      z = new Feed(manager, STACK, config.batch(), config.z());
      dropout = new Feed(manager, STACK, config.batch(), config.z());
      weights = new Feed(manager, STACK, config.batch(), 2);
      rates = new Feed(manager, STACK, 1);
      keeps = new Feed(manager, STACK, 1);
    }

    void clear() {
      Arrays.fill(z.values, 0);
      Arrays.fill(weights.values, 0);
      Arrays.fill(rates.values, 0);
      Arrays.fill(keeps.values, 1);
    }
  }

  /** One user on the way through their own rows. */
  private final class Pupil {
    private final Evidence evidence;
    private final SplittableRandom random;
    private final int[] order;
    final int steps;
    float[] head;

    Pupil(Evidence evidence) {
      this.evidence = evidence;
      random = new SplittableRandom(evidence.seed());
      head = shape.fresh(random);
      order = IntStream.range(0, evidence.positive().length).toArray();
      steps = config.headEpochs() * stepsPerEpoch();
    }

    private int stepsPerEpoch() {
      return (order.length + config.batch() - 1) / config.batch();
    }

    void next(Batch batch, int place, int step) {
      int part = step % stepsPerEpoch();
      if (part == 0) {
        shuffle();
      }
      int from = part * config.batch();
      int rows = Math.min(config.batch(), order.length - from);
      int width = config.z();
      for (int r = 0; r < rows; r++) {
        int row = order[from + r];
        int target = place * config.batch() + r;
        Uniform.dropout(random, config.dropout(), batch.z.values, target * width, width);
        for (int j = 0; j < width; j++) {
          batch.z.values[target * width + j] *= evidence.z()[row * width + j];
        }
        Uniform.dropout(random, config.dropout(), batch.dropout.values, target * width, width);
        batch.weights.values[target * 2 + (evidence.positive()[row] ? 1 : 0)] = 1f / rows;
      }
      double learningRate = AdamW.decayed(config.headLearningRate(), step, steps);
      batch.rates.values[place] = AdamW.rate(learningRate, step + 1);
      batch.keeps.values[place] = (float) (1 - learningRate * config.weightDecay());
    }

    private void shuffle() {
      for (int i = order.length - 1; i > 0; i--) {
        int other = random.nextInt(i + 1);
        int kept = order[i];
        order[i] = order[other];
        order[other] = kept;
      }
    }
  }
}

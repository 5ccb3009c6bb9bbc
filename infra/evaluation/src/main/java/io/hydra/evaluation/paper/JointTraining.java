package io.hydra.evaluation.paper;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.hydra.evaluation.paper.Network.AdamW;
import io.hydra.evaluation.paper.Network.BaseWeights;
import io.hydra.evaluation.paper.PaperHeads.HeadShape;
import io.hydra.evaluation.paper.PaperRow.PairInput;
import io.hydra.evaluation.paper.Sums.Uniform;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Stage 1: base and all training users' heads together; only the base is kept.
 *
 * <p>A head and its optimizer's state move in the steps that hold rows of its user, with a clock of
 * its own: moving all heads at each step would cost users × z² for heads that are thrown away.
 */
final class JointTraining {
  private final PaperConfig config;
  private final HeadShape shape;
  private final SplittableRandom random;

  /** One row and whose it is. */
  private record Lesson(int user, PaperRow row) {}

  /** A training user's head with the optimizer's state. */
  private static final class Head {
    final float[] weights;
    final float[] mean;
    final float[] variance;
    int steps;

    Head(float[] weights) {
      this.weights = weights;
      mean = new float[weights.length];
      variance = new float[weights.length];
    }
  }

  /** The base's tensors with the optimizer's state. */
  private static final class Tensor {
    final NDArray weights;
    final NDArray mean;
    final NDArray variance;

    Tensor(NDManager manager, float[] values, Shape shape) {
      weights = manager.create(values, shape);
      mean = manager.zeros(shape);
      variance = manager.zeros(shape);
    }

    /** The same numbers, to be differentiated by; the weights themselves move outside the graph. */
    NDArray leaf() {
      NDArray leaf = weights.stopGradient();
      leaf.setRequiresGradient(true);
      return leaf;
    }

    void step(NDArray leaf, NDArray rate, NDArray keep) {
      AdamW.step(weights, mean, variance, leaf.getGradient().stopGradient(), rate, keep);
    }
  }

  JointTraining(PaperConfig config, long seed) {
    this.config = config;
    this.shape = new HeadShape(config.z());
    this.random = new SplittableRandom(seed);
  }

  BaseWeights train(PairInput input, List<List<PaperRow>> users) {
    BaseWeights start = BaseWeights.fresh(input, config.z(), random);
    List<Head> heads = new ArrayList<>();
    List<Lesson> lessons = new ArrayList<>();
    for (int u = 0; u < users.size(); u++) {
      heads.add(new Head(shape.fresh(random)));
      for (PaperRow row : users.get(u)) {
        lessons.add(new Lesson(u, row));
      }
    }
    Random shuffling = new Random(random.nextLong());
    try (NDManager manager = NDManager.newBaseManager()) {
      Tensor matrix = new Tensor(manager, start.matrix(), new Shape(input.length(), config.z()));
      Tensor bias = new Tensor(manager, start.bias(), new Shape(config.z()));
      Batch batch = new Batch(manager, input);
      int perEpoch = (lessons.size() + config.batch() - 1) / config.batch();
      int steps = config.epochs() * perEpoch;
      for (int step = 0; step < steps; step++) {
        if (step % perEpoch == 0) {
          Collections.shuffle(lessons, shuffling);
        }
        int from = step % perEpoch * config.batch();
        int to = Math.min(from + config.batch(), lessons.size());
        double learningRate = AdamW.decayed(config.baseLearningRate(), step, steps);
        List<Head> stack = batch.fill(lessons.subList(from, to), heads);
        batch.rates(stack, learningRate, step + 1);
        step(batch, matrix, bias);
        batch.takeOut(stack);
      }
      return new BaseWeights(input, matrix.weights.toFloatArray(), bias.weights.toFloatArray());
    }
  }

  private void step(Batch batch, Tensor matrix, Tensor bias) {
    try (NDScope scope = new NDScope();
        GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      scope.suppressNotUsedWarning();
      NDArray matrixLeaf = matrix.leaf();
      NDArray biasLeaf = bias.leaf();
      NDArray weights = batch.weights.push();
      NDArray headLeaf = weights.stopGradient();
      headLeaf.setRequiresGradient(true);
      NDArray z = Network.base(batch.inputs.push(), matrixLeaf, biasLeaf).expandDims(1);
      // Each row's own head, by a one-hot of its user, as in the released code.
      NDArray perRow = batch.whose.push().matMul(headLeaf);
      NDArray logits =
          Network.logits(shape, perRow, z.mul(batch.dropoutOfZ.push()), batch.dropout.push());
      collector.backward(Network.loss(logits, batch.classes.push()));

      NDArray keep = batch.keep.push();
      NDArray rate = batch.rate.push();
      matrix.step(matrixLeaf, rate, keep);
      bias.step(biasLeaf, rate, keep);
      NDArray mean = batch.mean.push();
      NDArray variance = batch.variance.push();
      AdamW.step(
          weights, mean, variance, headLeaf.getGradient().stopGradient(), batch.rates.push(), keep);
      batch.weights.pull(weights);
      batch.mean.pull(mean);
      batch.variance.pull(variance);
    }
  }

  /** One step's rows and the heads of their users; rows and places that stay empty weigh 0. */
  private final class Batch {
    private final PairInput input;
    final Feed inputs;
    final Feed whose;
    final Feed classes;
    final Feed dropoutOfZ;
    final Feed dropout;
    final Feed weights;
    final Feed mean;
    final Feed variance;
    final Feed rates;
    final Feed rate;
    final Feed keep;

    Batch(NDManager manager, PairInput input) {
      this.input = input;
      int rows = config.batch();
      inputs = new Feed(manager, rows, input.length());
      whose = new Feed(manager, rows, rows);
      classes = new Feed(manager, rows, 1, 2);
      dropoutOfZ = new Feed(manager, rows, 1, config.z());
      dropout = new Feed(manager, rows, 1, config.z());
      weights = new Feed(manager, rows, shape.stride());
      mean = new Feed(manager, rows, shape.stride());
      variance = new Feed(manager, rows, shape.stride());
      rates = new Feed(manager, rows, 1);
      rate = new Feed(manager, 1);
      keep = new Feed(manager, 1);
    }

    /** Returns the heads in the order of their places. */
    List<Head> fill(List<Lesson> lessons, List<Head> heads) {
      Map<Integer, Integer> places = new LinkedHashMap<>();
      lessons.forEach(lesson -> places.putIfAbsent(lesson.user(), places.size()));
      Arrays.fill(inputs.values, 0);
      Arrays.fill(whose.values, 0);
      Arrays.fill(classes.values, 0);
      for (int r = 0; r < lessons.size(); r++) {
        Lesson lesson = lessons.get(r);
        input.write(lesson.row(), inputs.values, r * input.length());
        whose.values[r * config.batch() + places.get(lesson.user())] = 1;
        classes.values[r * 2 + (lesson.row().positive() ? 1 : 0)] = 1f / lessons.size();
      }
      Uniform.dropout(random, config.dropout(), dropoutOfZ.values, 0, dropoutOfZ.values.length);
      Uniform.dropout(random, config.dropout(), dropout.values, 0, dropout.values.length);
      List<Head> stack = places.keySet().stream().map(heads::get).toList();
      for (int i = 0; i < stack.size(); i++) {
        int at = i * shape.stride();
        System.arraycopy(stack.get(i).weights, 0, weights.values, at, shape.stride());
        System.arraycopy(stack.get(i).mean, 0, mean.values, at, shape.stride());
        System.arraycopy(stack.get(i).variance, 0, variance.values, at, shape.stride());
      }
      return stack;
    }

    void rates(List<Head> stack, double learningRate, int step) {
      rate.values[0] = AdamW.rate(learningRate, step);
      keep.values[0] = (float) (1 - learningRate * config.weightDecay());
      Arrays.fill(rates.values, 0);
      for (int i = 0; i < stack.size(); i++) {
        stack.get(i).steps++;
        rates.values[i] = AdamW.rate(learningRate, stack.get(i).steps);
      }
    }

    void takeOut(List<Head> stack) {
      for (int i = 0; i < stack.size(); i++) {
        int at = i * shape.stride();
        System.arraycopy(weights.values, at, stack.get(i).weights, 0, shape.stride());
        System.arraycopy(mean.values, at, stack.get(i).mean, 0, shape.stride());
        System.arraycopy(variance.values, at, stack.get(i).variance, 0, shape.stride());
      }
    }
  }
}

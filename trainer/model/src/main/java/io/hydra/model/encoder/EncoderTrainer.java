package io.hydra.model.encoder;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/**
 * Trains the built-in encoder on pairs (input, the user's output) of all tasks at once. Closed
 * tasks: cross-entropy of the options given the input's vector times a matrix of the task's own.
 * Open text: each input must find its own output among the batch's (InfoNCE). One thread, seeded:
 * the same pairs give the same weights.
 */
public final class EncoderTrainer {
  private static final int BATCH = 64;
  private static final float LEARNING_RATE = 5e-3f;

  /** Sharpens the dot products of vectors of length one. */
  private static final float SCALE = 8f;

  private final BuiltInEncoder encoder;
  private final long seed;

  public EncoderTrainer(BuiltInEncoder encoder, long seed) {
    this.encoder = encoder;
    this.seed = seed;
  }

  /**
   * Training pairs of one task.
   *
   * @param inputs texts
   * @param outputs the users' own outputs, one per input
   * @param options closed set, or empty for open text; every output of a closed task is one of them
   */
  public record TaskPairs(List<String> inputs, List<String> outputs, List<String> options) {}

  private record Batch(String task, List<Integer> rows) {}

  /**
   * @param tasks pairs by task id
   * @param progress told the epoch's number and its mean loss
   * @return for each closed task, options × dimensions: an option's score is {@code SCALE} times
   *     the dot product with the input's vector, already multiplied in
   */
  public Map<String, float[][]> train(
      Map<String, TaskPairs> tasks, int epochs, BiConsumer<Integer, Double> progress) {
    Random random = new Random(seed);
    Adam adam = Adam.builder().optLearningRateTracker(Tracker.fixed(LEARNING_RATE)).build();
    try (NDManager manager = NDManager.newBaseManager()) {
      Map<String, NDArray> options = new TreeMap<>();
      tasks.forEach(
          (id, pairs) -> {
            if (!pairs.options().isEmpty()) {
              NDArray matrix =
                  manager.zeros(new Shape(encoder.dimensions(), pairs.options().size()));
              matrix.setRequiresGradient(true);
              options.put(id, matrix);
            }
          });
      for (Pair<String, ai.djl.nn.Parameter> p : encoder.block().getParameters()) {
        p.getValue().getArray().setRequiresGradient(true);
      }
      for (int epoch = 1; epoch <= epochs; epoch++) {
        double loss = 0;
        List<Batch> batches = batches(tasks, random);
        for (Batch batch : batches) {
          loss += step(manager, adam, batch, tasks.get(batch.task()), options.get(batch.task()));
        }
        progress.accept(epoch, loss / batches.size());
      }
      for (Pair<String, ai.djl.nn.Parameter> p : encoder.block().getParameters()) {
        p.getValue().getArray().setRequiresGradient(false);
      }
      Map<String, float[][]> matrices = new TreeMap<>();
      options.forEach((id, matrix) -> matrices.put(id, rows(matrix.transpose().mul(SCALE))));
      return matrices;
    }
  }

  private double step(NDManager manager, Adam adam, Batch batch, TaskPairs pairs, NDArray options) {
    List<String> inputs = batch.rows().stream().map(pairs.inputs()::get).toList();
    List<String> outputs = batch.rows().stream().map(pairs.outputs()::get).toList();
    try (NDManager scope = manager.newSubManager();
        GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      ParameterStore store = new ParameterStore(scope, true);
      NDArray x = forward(store, scope, inputs);
      NDArray scores;
      long[] labels;
      if (options == null) {
        scores = x.matMul(forward(store, scope, outputs).transpose());
        labels = IntStream.range(0, inputs.size()).asLongStream().toArray();
      } else {
        scores = x.matMul(options);
        labels = outputs.stream().mapToLong(pairs.options()::indexOf).toArray();
      }
      NDArray loss =
          Loss.softmaxCrossEntropyLoss()
              .evaluate(new NDList(scope.create(labels)), new NDList(scores.mul(SCALE)));
      collector.backward(loss);
      for (Pair<String, ai.djl.nn.Parameter> p : encoder.block().getParameters()) {
        NDArray weight = p.getValue().getArray();
        adam.update(p.getKey(), weight, weight.getGradient());
      }
      if (options != null) {
        adam.update("options:" + batch.task(), options, options.getGradient());
      }
      float value = loss.getFloat();
      collector.zeroGradients();
      return value;
    }
  }

  private NDArray forward(ParameterStore store, NDManager scope, List<String> texts) {
    return encoder
        .block()
        .forward(store, new NDList(encoder.ids(scope, texts)), true)
        .singletonOrThrow();
  }

  private static List<Batch> batches(Map<String, TaskPairs> tasks, Random random) {
    List<Batch> batches = new ArrayList<>();
    new TreeMap<>(tasks)
        .forEach(
            (id, pairs) -> {
              List<Integer> rows =
                  new ArrayList<>(IntStream.range(0, pairs.inputs().size()).boxed().toList());
              Collections.shuffle(rows, random);
              for (int from = 0; from < rows.size(); from += BATCH) {
                batches.add(new Batch(id, rows.subList(from, Math.min(from + BATCH, rows.size()))));
              }
            });
    Collections.shuffle(batches, random);
    return batches;
  }

  private static float[][] rows(NDArray matrix) {
    int rows = (int) matrix.getShape().get(0);
    int columns = (int) matrix.getShape().get(1);
    float[] flat = matrix.toFloatArray();
    float[][] result = new float[rows][];
    for (int i = 0; i < rows; i++) {
      result[i] = java.util.Arrays.copyOfRange(flat, i * columns, (i + 1) * columns);
    }
    return result;
  }
}

package io.hydra.model.encoder;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.training.GradientCollector;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Trains {@link WordNetwork}s on the rows that it was given: Adam on the cross-entropy, with decay
 * of the weights that meet the inputs (AdamW). Rows lie in the engine's memory, outside of the
 * heap. One thread, seeded: the same rows give the same weights.
 */
public final class WordNetworkTrainer implements AutoCloseable {
  /** Of all rows: 400,000 words where the encoder is MiniLM. */
  public static final int MOST_BYTES = 320_000_000;

  private static final int UNITS = 32;
  private static final int EPOCHS = 6;
  private static final int BATCH = 512;
  private static final float LEARNING_RATE = 2e-3f;
  private static final float DECAY = 0.1f;
  private static final float TINY = 1e-4f;

  /** An input that deviates by less is left out: nothing was learned of its other values. */
  private static final float LEAST_DEVIATION = 1e-2f;

  /** Rows that go to the engine together, */
  private static final int CHUNK = 1024;

  /** and that mean and variance of the inputs are taken from. */
  private static final int MEASURED = 20_000;

  private final NDManager manager = Training.manager();
  private final int mostBytes;
  private final long seed;
  private final List<Row> rows = new ArrayList<>();
  private NDArray all;
  private FloatBuffer chunk;
  private int inputs;
  private int most = Integer.MAX_VALUE;

  private record Row(int group, boolean isKept) {}

  /**
   * @param mostBytes of all rows, at two a number
   */
  public WordNetworkTrainer(int mostBytes, long seed) {
    this.mostBytes = mostBytes;
    this.seed = seed;
  }

  public int rows() {
    return rows.size();
  }

  public boolean isFull() {
    return rows.size() >= most;
  }

  /**
   * Adds a row if there is room for it.
   *
   * @param group a network learns from the rows of some groups
   * @param row as long as all others
   * @param isKept whether the chance of such rows is to be high
   */
  public void add(int group, float[] row, boolean isKept) {
    if (isFull()) {
      return;
    }
    if (all == null) {
      inputs = row.length;
      most = mostBytes / (DataType.FLOAT16.getNumOfBytes() * inputs);
      chunk = FloatBuffer.allocate(CHUNK * inputs);
      // Pages are taken when they are first written.
      all = manager.create(new Shape(most, inputs), DataType.FLOAT16);
    }
    rows.add(new Row(group, isKept));
    chunk.put(row);
    if (!chunk.hasRemaining()) {
      flush();
    }
  }

  private void flush() {
    chunk.flip();
    int size = chunk.remaining() / inputs;
    if (size > 0) {
      try (NDArray latest = manager.create(chunk, new Shape(size, inputs));
          NDArray halved = latest.toType(DataType.FLOAT16, false)) {
        int to = rows.size();
        all.set(new NDIndex("{}:{}", to - size, to), halved);
      }
    }
    chunk.clear();
  }

  /**
   * @param groups whose rows are learned from
   * @throws IllegalStateException if what was learned is not finite
   */
  public WordNetwork train(IntPredicate groups) {
    List<Integer> used = new ArrayList<>();
    for (int r = 0; r < rows.size(); r++) {
      if (groups.test(rows.get(r).group())) {
        used.add(r);
      }
    }
    if (used.isEmpty()) {
      return WordNetwork.NONE;
    }
    flush();
    try (NDManager scope = manager.newSubManager()) {
      NDArray mean;
      NDArray scale;
      try (NDManager measuring = scope.newSubManager()) {
        NDArray some =
            all.get(measuring, new NDIndex(":{}", Math.min(rows.size(), MEASURED)))
                .toType(DataType.FLOAT32, false);
        mean = some.mean(new int[] {0});
        NDArray deviation = some.sub(mean).square().mean(new int[] {0}).sqrt();
        scale =
            NDArrays.where(
                deviation.lt(LEAST_DEVIATION),
                deviation.onesLike().mul(Float.POSITIVE_INFINITY),
                deviation.add(TINY));
        mean.attach(scope);
        scale.attach(scope);
      }
      Weights weights = new Weights(scope, EPOCHS * batches(used).size());
      Random random = new Random(seed);
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        Collections.shuffle(used, random);
        for (List<Integer> batch : batches(used)) {
          try (NDManager step = scope.newSubManager()) {
            NDArray index = step.create(batch.stream().mapToLong(i -> i).toArray());
            NDArray x = all.get(step, new NDIndex("{}", index)).toType(DataType.FLOAT32, false);
            weights.step(step, x.sub(mean).div(scale), batch.stream().map(rows::get).toList());
          }
        }
      }
      return weights.network(mean.toFloatArray(), scale.toFloatArray());
    }
  }

  private static List<List<Integer>> batches(List<Integer> used) {
    return IntStream.iterate(0, from -> from < used.size(), from -> from + BATCH)
        .mapToObj(from -> used.subList(from, Math.min(from + BATCH, used.size())))
        .toList();
  }

  /** The weights under way, over inputs of mean 0 and variance 1. */
  private final class Weights {
    private final Map<String, NDArray> arrays = new LinkedHashMap<>();
    private final Optimizer biases;
    private final Optimizer decaying;

    Weights(NDManager scope, int steps) {
      Tracker rate = step -> LEARNING_RATE * (1 - (float) step / (steps + 1));
      biases = Optimizer.adam().optLearningRateTracker(rate).build();
      decaying = Optimizer.adamW().optLearningRateTracker(rate).optWeightDecays(DECAY).build();
      Random random = new Random(seed);
      float[] first = new float[inputs * UNITS];
      for (int i = 0; i < first.length; i++) {
        first[i] = (float) (random.nextGaussian() / Math.sqrt(inputs));
      }
      arrays.put("hidden", scope.create(first, new Shape(inputs, UNITS)));
      arrays.put("direct", scope.zeros(new Shape(inputs, 1)));
      arrays.put("hiddenBias", scope.zeros(new Shape(UNITS)));
      arrays.put("output", scope.zeros(new Shape(UNITS, 1)));
      arrays.put("bias", scope.zeros(new Shape(1)));
    }

    /**
     * @param x batch × inputs
     */
    void step(NDManager scope, NDArray x, List<Row> batch) {
      float[] kept = new float[batch.size()];
      for (int i = 0; i < kept.length; i++) {
        kept[i] = batch.get(i).isKept() ? 1 : 0;
      }
      Map<String, NDArray> leaves = new LinkedHashMap<>();
      try (GradientCollector collector = Engine.getEngine(Training.ENGINE).newGradientCollector()) {
        arrays.forEach((name, array) -> leaves.put(name, Training.leaf(scope, array)));
        NDArray units =
            Activation.relu(x.matMul(leaves.get("hidden")).add(leaves.get("hiddenBias")));
        NDArray scores =
            units
                .matMul(leaves.get("output"))
                .add(x.matMul(leaves.get("direct")))
                .add(leaves.get("bias"))
                .flatten();
        NDArray losses = Activation.softPlus(scores).sub(scores.mul(scope.create(kept)));
        collector.backward(losses.mean());
      }
      arrays.forEach(
          (name, array) ->
              (name.equals("hidden") || name.equals("direct") ? decaying : biases)
                  .update(name, array, leaves.get(name).getGradient()));
    }

    /** The same over the inputs as they are. */
    WordNetwork network(float[] mean, float[] scale) {
      float[][] hidden = new float[inputs][];
      float[] flat = arrays.get("hidden").toFloatArray();
      float[] hiddenBias = arrays.get("hiddenBias").toFloatArray();
      float[] direct = arrays.get("direct").toFloatArray();
      float bias = arrays.get("bias").toFloatArray()[0];
      for (int i = 0; i < inputs; i++) {
        hidden[i] = Arrays.copyOfRange(flat, i * UNITS, (i + 1) * UNITS);
        for (int u = 0; u < UNITS; u++) {
          hidden[i][u] /= scale[i];
          hiddenBias[u] -= hidden[i][u] * mean[i];
        }
        direct[i] /= scale[i];
        bias -= direct[i] * mean[i];
      }
      WordNetwork network =
          new WordNetwork(hidden, hiddenBias, arrays.get("output").toFloatArray(), direct, bias);
      if (!Double.isFinite(network.chance(mean))) {
        throw new IllegalStateException(
            "the words' network has weights that are not finite; look for states of the encoder"
                + " that are not, or leave it out with --encoder none");
      }
      return network;
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}

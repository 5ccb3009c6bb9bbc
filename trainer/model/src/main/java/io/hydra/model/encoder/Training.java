package io.hydra.model.encoder;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.tracker.Tracker;
import io.hydra.model.encoder.EncoderTrainer.TaskPairs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Weights that learn from pairs, epoch by epoch: the options' matrices here, the encoder's own in a
 * subclass. Owns all arrays until it is closed. Needs DJL's engine for PyTorch on the class path,
 * which what serves does without.
 */
abstract class Training implements AutoCloseable {
  private static final int BATCH = 64;
  static final float LEARNING_RATE = 5e-3f;

  /** Sharpens the dot products of vectors of length one. */
  private static final float SCALE = 8f;

  /** Rows of one task that are learned from, or asked, together. */
  record Batch(String task, List<Integer> rows) {}

  static final String ENGINE = "PyTorch";

  final NDManager manager = manager();
  private final Adam adam = adam();
  private final Map<String, TaskPairs> tasks;
  private final Map<String, TaskPairs> heldBack;
  private final Map<String, NDArray> options = new TreeMap<>();
  private final List<NDArray> kept = new ArrayList<>();

  Training(int dimensions, Map<String, TaskPairs> tasks, Map<String, TaskPairs> heldBack) {
    this.tasks = tasks;
    this.heldBack = heldBack;
    tasks.forEach(
        (id, pairs) -> {
          if (pairs.isClosed()) {
            options.put(id, manager.zeros(new Shape(dimensions, pairs.options().size())));
          }
        });
  }

  static Training of(
      Encoder encoder, Map<String, TaskPairs> tasks, Map<String, TaskPairs> heldBack) {
    return encoder instanceof BuiltInEncoder builtIn
        ? new JointTraining(builtIn, tasks, heldBack)
        : new FrozenTraining(encoder, tasks, heldBack);
  }

  static NDManager manager() {
    DjlEngine.require(ENGINE, "base training");
    return NDManager.newBaseManager(ENGINE);
  }

  static Adam adam() {
    return Adam.builder().optLearningRateTracker(Tracker.fixed(LEARNING_RATE)).build();
  }

  /**
   * A batch's texts as vectors, batch × dimensions.
   *
   * @param outputs null for closed tasks, whose outputs are not encoded
   * @param update moves the encoder's weights after the gradient is known
   */
  record EncodedBatch(NDArray inputs, NDArray outputs, Runnable update) {}

  abstract EncodedBatch encode(NDManager scope, Batch batch, boolean isHeldBack);

  /**
   * The same numbers for one step, which takes their gradient. Weights that kept theirs would need
   * them zeroed, which DJL does for all arrays of the process at once.
   */
  static NDArray leaf(NDManager scope, NDArray weights) {
    NDArray leaf = weights.stopGradient();
    leaf.attach(scope);
    leaf.setRequiresGradient(true);
    return leaf;
  }

  /** The encoder's own weights. */
  abstract List<NDArray> weights();

  /** One pass over all pairs in random order; the mean loss of its batches. */
  double learn(Random random) {
    double loss = 0;
    List<Batch> batches = batches(tasks, random);
    for (Batch batch : batches) {
      try (NDManager scope = manager.newSubManager();
          GradientCollector collector = Engine.getEngine(ENGINE).newGradientCollector()) {
        EncodedBatch encoded = encode(scope, batch, false);
        NDArray matrix = options.get(batch.task());
        NDArray leaf = matrix == null ? null : leaf(scope, matrix);
        NDArray batchLoss = loss(scope, encoded, leaf, batch, tasks.get(batch.task()));
        collector.backward(batchLoss);
        encoded.update().run();
        if (matrix != null) {
          adam.update("options:" + batch.task(), matrix, leaf.getGradient());
        }
        loss += batchLoss.getFloat();
      }
    }
    return loss / Math.max(1, batches.size());
  }

  /** The mean over all held-back pairs, in the same batches each time. */
  double heldBackLoss() {
    double loss = 0;
    int rows = 0;
    for (Batch batch : batches(heldBack, null)) {
      try (NDManager scope = manager.newSubManager()) {
        EncodedBatch encoded = encode(scope, batch, true);
        NDArray matrix = options.get(batch.task());
        NDArray batchLoss = loss(scope, encoded, matrix, batch, heldBack.get(batch.task()));
        loss += batchLoss.getFloat() * batch.rows().size();
        rows += batch.rows().size();
      }
    }
    return loss / rows;
  }

  /**
   * @param matrix of the options; null for open text
   */
  private static NDArray loss(
      NDManager scope, EncodedBatch encoded, NDArray matrix, Batch batch, TaskPairs pairs) {
    NDArray among = matrix == null ? encoded.outputs().transpose() : matrix;
    NDArray scores = encoded.inputs().matMul(among);
    long[] labels =
        IntStream.range(0, batch.rows().size())
            .mapToLong(i -> matrix == null ? i : pairs.label(batch.rows().get(i)))
            .toArray();
    return Loss.softmaxCrossEntropyLoss()
        .evaluate(new NDList(scope.create(labels)), new NDList(scores.mul(SCALE)));
  }

  /** Remembers all weights as they are now. */
  void keep() {
    kept.forEach(NDArray::close);
    kept.clear();
    all().forEach(weights -> kept.add(weights.duplicate()));
  }

  /** Goes back to the weights that were kept last, if any were; nothing is learned after it. */
  void restore() {
    List<NDArray> all = all();
    for (int i = 0; i < kept.size(); i++) {
      all.get(i).set(new NDIndex(":"), kept.get(i));
    }
  }

  private List<NDArray> all() {
    return Stream.concat(options.values().stream(), weights().stream()).toList();
  }

  /** For each closed task options × dimensions, with the scale multiplied in. */
  Map<String, float[][]> options() {
    Map<String, float[][]> matrices = new TreeMap<>();
    options.forEach(
        (id, matrix) -> {
          try (NDManager scope = manager.newSubManager()) {
            NDArray rows = matrix.transpose().mul(SCALE);
            rows.attach(scope);
            int columns = (int) rows.getShape().get(1);
            float[] flat = rows.toFloatArray();
            float[][] result = new float[(int) rows.getShape().get(0)][];
            for (int i = 0; i < result.length; i++) {
              result[i] = Arrays.copyOfRange(flat, i * columns, (i + 1) * columns);
            }
            matrices.put(id, result);
          }
        });
    return matrices;
  }

  /**
   * @param random null: in order
   */
  private static List<Batch> batches(Map<String, TaskPairs> tasks, Random random) {
    List<Batch> batches = new ArrayList<>();
    tasks.forEach(
        (id, pairs) -> {
          List<Integer> rows =
              new ArrayList<>(IntStream.range(0, pairs.inputs().size()).boxed().toList());
          if (random != null) {
            Collections.shuffle(rows, random);
          }
          for (int from = 0; from < rows.size(); from += BATCH) {
            batches.add(new Batch(id, rows.subList(from, Math.min(from + BATCH, rows.size()))));
          }
        });
    if (random != null) {
      Collections.shuffle(batches, random);
    }
    return batches;
  }

  @Override
  public void close() {
    manager.close();
  }

  /** Learns the options' matrices over vectors that are computed once. Closed tasks only. */
  private static final class FrozenTraining extends Training {
    private final Map<String, float[][]> taught = new TreeMap<>();
    private final Map<String, float[][]> asked = new TreeMap<>();

    FrozenTraining(Encoder encoder, Map<String, TaskPairs> tasks, Map<String, TaskPairs> heldBack) {
      super(encoder.dimensions(), tasks, heldBack);
      tasks.forEach((id, pairs) -> taught.put(id, encoder.encode(pairs.inputs())));
      heldBack.forEach((id, pairs) -> asked.put(id, encoder.encode(pairs.inputs())));
    }

    @Override
    EncodedBatch encode(NDManager scope, Batch batch, boolean isHeldBack) {
      float[][] all = (isHeldBack ? asked : taught).get(batch.task());
      float[][] chosen = batch.rows().stream().map(i -> all[i]).toArray(float[][]::new);
      return new EncodedBatch(scope.create(chosen), null, () -> {});
    }

    @Override
    List<NDArray> weights() {
      return List.of();
    }
  }
}

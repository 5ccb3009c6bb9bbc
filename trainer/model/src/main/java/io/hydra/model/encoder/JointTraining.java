package io.hydra.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.optimizer.Adam;
import io.hydra.model.encoder.EncoderTrainer.TaskPairs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Learns the built-in encoder with the options' matrices. A batch touches few of the words, so the
 * gradient is taken, and Adam applied, for the touched rows alone (as in PyTorch's SparseAdam): a
 * row that is not touched keeps its value and its moments, where dense Adam would let it drift on.
 */
final class JointTraining extends Training {
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;
  private static final float EPSILON = 1e-8f;

  private final BuiltInEncoder encoder;
  private final Map<String, Texts> taught = new TreeMap<>();
  private final Map<String, Texts> asked = new TreeMap<>();
  private final Adam adam = adam();
  private final NDArray words;
  private final NDArray projection;
  private final NDArray mean;
  private final NDArray variance;
  private int steps;

  /** Words of a task's texts; outputs are empty for closed tasks, whose outputs are not encoded. */
  private record Texts(List<int[]> inputs, List<int[]> outputs) {
    static Texts of(BuiltInEncoder encoder, TaskPairs pairs) {
      List<String> outputs = pairs.isClosed() ? List.of() : pairs.outputs();
      return new Texts(
          pairs.inputs().stream().map(encoder::ids).toList(),
          outputs.stream().map(encoder::ids).toList());
    }
  }

  JointTraining(
      BuiltInEncoder encoder, Map<String, TaskPairs> tasks, Map<String, TaskPairs> heldBack) {
    super(encoder.dimensions(), tasks, heldBack);
    this.encoder = encoder;
    int dimensions = encoder.dimensions();
    words = manager.create(encoder.words(), new Shape(encoder.shape().rows(), dimensions));
    projection = manager.create(encoder.projection(), new Shape(dimensions, dimensions));
    mean = manager.zeros(words.getShape());
    variance = manager.zeros(words.getShape());
    tasks.forEach((id, pairs) -> taught.put(id, Texts.of(encoder, pairs)));
    heldBack.forEach((id, pairs) -> asked.put(id, Texts.of(encoder, pairs)));
  }

  @Override
  EncodedBatch encode(NDManager scope, Batch batch, boolean isHeldBack) {
    Texts texts = (isHeldBack ? asked : taught).get(batch.task());
    List<int[]> used = new ArrayList<>();
    batch.rows().forEach(row -> used.add(texts.inputs().get(row)));
    if (!texts.outputs().isEmpty()) {
      batch.rows().forEach(row -> used.add(texts.outputs().get(row)));
    }
    TouchedRows touched = TouchedRows.of(used, encoder.shape().rows());
    NDArray rows = scope.create(touched.rows());
    NDArray values = words.get(scope, new NDIndex("{}", rows));
    values.setRequiresGradient(!isHeldBack);
    NDArray layer = isHeldBack ? projection : leaf(scope, projection);
    int inputs = batch.rows().size();
    return new EncodedBatch(
        project(means(scope, touched, values, 0, inputs), layer),
        used.size() == inputs
            ? null
            : project(means(scope, touched, values, inputs, used.size()), layer),
        () -> {
          move(scope, rows, values);
          adam.update("projection", projection, layer.getGradient());
        });
  }

  private static NDArray means(
      NDManager scope, TouchedRows touched, NDArray values, int from, int to) {
    NDArray shares =
        scope.create(touched.shares(from, to), new Shape(to - from, touched.rows().length));
    return shares.matMul(values);
  }

  /**
   * Applies what follows the mean: the linear layer, and scaling to length one.
   *
   * @param mean batch × dimensions
   */
  static NDArray project(NDArray mean, NDArray projection) {
    NDArray projected = mean.matMul(projection);
    float tiny = BuiltInEncoder.TINY * BuiltInEncoder.TINY;
    NDArray length = projected.square().sum(new int[] {1}, true).add(tiny).sqrt();
    return projected.div(length);
  }

  /** One step of Adam on the given rows. */
  private void move(NDManager scope, NDArray rows, NDArray values) {
    steps++;
    NDIndex at = new NDIndex("{}", rows);
    NDArray gradient = values.getGradient();
    NDArray m = mean.get(scope, at).mul(BETA1).add(gradient.mul(1 - BETA1));
    NDArray v = variance.get(scope, at).mul(BETA2).add(gradient.square().mul(1 - BETA2));
    mean.set(at, m);
    variance.set(at, v);
    double rate =
        LEARNING_RATE * Math.sqrt(1 - Math.pow(BETA2, steps)) / (1 - Math.pow(BETA1, steps));
    NDArray step = m.mul((float) rate).div(v.sqrt().add(EPSILON));
    words.set(at, values.stopGradient().sub(step));
  }

  @Override
  List<NDArray> weights() {
    return List.of(words, projection);
  }

  @Override
  void restore() {
    super.restore();
    copy(words, encoder.words());
    copy(projection, encoder.projection());
  }

  private static void copy(NDArray from, float[] to) {
    System.arraycopy(from.toFloatArray(), 0, to, 0, to.length);
  }

  /**
   * The rows of a table that the words of a batch touch, and the words as places among these rows.
   *
   * @param rows distinct, in the order of their first use; row 0, the padding, leads them
   * @param texts words as places in {@code rows}
   */
  @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
  record TouchedRows(long[] rows, List<int[]> texts) {

    /**
     * @param texts ids of words, below {@code vocabulary}
     */
    static TouchedRows of(List<int[]> texts, int vocabulary) {
      int[] places = new int[vocabulary];
      long[] rows = new long[1 + texts.stream().mapToInt(t -> t.length).sum()];
      int count = 1;
      List<int[]> local = new ArrayList<>();
      for (int[] text : texts) {
        int[] ids = new int[text.length];
        for (int i = 0; i < text.length; i++) {
          if (places[text[i]] == 0) {
            places[text[i]] = count;
            rows[count++] = text[i];
          }
          ids[i] = places[text[i]];
        }
        local.add(ids);
      }
      return new TouchedRows(Arrays.copyOf(rows, count), local);
    }

    /**
     * Each row's share of the words of texts {@code from} to {@code to}: texts × rows, row-major.
     * Its product with the rows is the mean of each text's words.
     */
    float[] shares(int from, int to) {
      float[] shares = new float[(to - from) * rows.length];
      for (int i = from; i < to; i++) {
        int[] text = texts.get(i);
        for (int place : text) {
          shares[(i - from) * rows.length + place] += 1f / text.length;
        }
      }
      return shares;
    }
  }
}

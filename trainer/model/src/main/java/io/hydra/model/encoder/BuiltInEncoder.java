package io.hydra.model.encoder;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.hydra.schemas.config.UserException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * The encoder that ships with the project, trained by its own base training: hashed words, the mean
 * of their vectors, one linear layer. It is the simplest that trains in DJL; an imported encoder
 * takes its place behind {@link Encoder}.
 */
public final class BuiltInEncoder implements Encoder {
  /** Intermediates live until their manager closes, so large requests go in pieces. */
  private static final int BATCH = 64;

  private static final String WEIGHTS = "encoder.params";

  private final EncoderShape shape;
  private final HashedWords tokenizer;
  private final MeanWordsBlock block;
  private final NDManager manager;

  private BuiltInEncoder(EncoderShape shape, MeanWordsBlock block, NDManager manager) {
    this.shape = shape;
    this.tokenizer = new HashedWords(shape.buckets());
    this.block = block;
    this.manager = manager;
  }

  /** Fresh weights, a function of the seed alone. */
  public static BuiltInEncoder initialize(EncoderShape shape, long seed) {
    DjlEngine.prepare();
    NDManager manager = NDManager.newBaseManager();
    int vocabulary = shape.buckets() + 1;
    MeanWordsBlock block = new MeanWordsBlock(vocabulary, shape.dimensions());
    Random random = new Random(seed);
    float[] words =
        gaussian(random, vocabulary * shape.dimensions(), 1 / Math.sqrt(shape.dimensions()));
    float[] projection = new float[shape.dimensions() * shape.dimensions()];
    for (int i = 0; i < shape.dimensions(); i++) {
      projection[i * shape.dimensions() + i] = 1;
    }
    block.set(manager, words, projection);
    return new BuiltInEncoder(shape, block, manager);
  }

  /**
   * Reads what {@link #save} wrote.
   *
   * @throws IOException if the stream does not hold such weights
   */
  public static BuiltInEncoder load(EncoderShape shape, DataInputStream in) throws IOException {
    DjlEngine.prepare();
    NDManager manager = NDManager.newBaseManager();
    MeanWordsBlock block = new MeanWordsBlock(shape.buckets() + 1, shape.dimensions());
    try {
      block.read(manager, in);
    } catch (MalformedModelException | IllegalArgumentException e) {
      manager.close();
      throw new IOException("not the weights of a built-in encoder", e);
    }
    if (!block.fits()) {
      manager.close();
      throw new IOException("the encoder's weights do not have the shape " + shape);
    }
    return new BuiltInEncoder(shape, block, manager);
  }

  static BuiltInEncoder open(Path folder, EncoderSettings settings) throws IOException {
    Path weights = folder.resolve(WEIGHTS);
    if (settings.buckets() == null || settings.dimensions() == null) {
      throw new UserException(
          "%s: a built-in encoder needs buckets and dimensions in %s"
              .formatted(folder, EncoderSettings.FILE));
    }
    EncoderShape shape = new EncoderShape(settings.buckets(), settings.dimensions());
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(weights)))) {
      return load(shape, in);
    }
  }

  @Override
  public void save(Path folder) throws IOException {
    EncoderSettings.builtIn(shape).write(folder);
    try (DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(Files.newOutputStream(folder.resolve(WEIGHTS))))) {
      save(out);
    }
  }

  /** Writes the weights; the same weights give the same bytes. */
  public void save(DataOutputStream out) throws IOException {
    block.write(out);
  }

  public EncoderShape shape() {
    return shape;
  }

  MeanWordsBlock block() {
    return block;
  }

  int[] ids(String text) {
    return tokenizer.ids(text);
  }

  @Override
  public int dimensions() {
    return shape.dimensions();
  }

  @Override
  public float[][] encode(List<String> texts) {
    float[][] vectors = new float[texts.size()][];
    for (int from = 0; from < texts.size(); from += BATCH) {
      int to = Math.min(from + BATCH, texts.size());
      try (NDManager scope = manager.newSubManager()) {
        NDArray ids = ids(scope, texts.subList(from, to));
        ParameterStore store = new ParameterStore(scope, false);
        float[] flat =
            block.forward(store, new NDList(ids), false).singletonOrThrow().toFloatArray();
        for (int i = from; i < to; i++) {
          int start = (i - from) * shape.dimensions();
          vectors[i] = java.util.Arrays.copyOfRange(flat, start, start + shape.dimensions());
        }
      }
    }
    return vectors;
  }

  /** Ids of a batch, padded to its longest text. */
  private NDArray ids(NDManager scope, List<String> texts) {
    int[][] rows = new int[texts.size()][];
    int longest = 1;
    for (int i = 0; i < rows.length; i++) {
      rows[i] = tokenizer.ids(texts.get(i));
      longest = Math.max(longest, rows[i].length);
    }
    long[] flat = new long[rows.length * longest];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows[i].length; j++) {
        flat[i * longest + j] = rows[i][j];
      }
    }
    return scope.create(flat, new Shape(rows.length, longest));
  }

  @Override
  public void close() {
    manager.close();
  }

  private static float[] gaussian(Random random, int count, double deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    return values;
  }

  /**
   * Size of the built-in encoder.
   *
   * @param buckets hash buckets for words
   * @param dimensions of a vector
   */
  public record EncoderShape(int buckets, int dimensions) {
    public static final EncoderShape DEFAULT = new EncoderShape(16_384, 48);
  }
}

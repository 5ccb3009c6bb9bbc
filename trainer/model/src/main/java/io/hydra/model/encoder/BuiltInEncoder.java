package io.hydra.model.encoder;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.hydra.model.text.Words;
import io.hydra.schemas.config.UserException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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

  /** Words of a text beyond this many are not looked at. */
  static final int MAX_WORDS = 128;

  private static final String WEIGHTS = "encoder.params";

  private final EncoderShape shape;
  private final MeanWordsBlock block;
  private final NDManager manager;

  private BuiltInEncoder(EncoderShape shape, MeanWordsBlock block, NDManager manager) {
    this.shape = shape;
    this.block = block;
    this.manager = manager;
  }

  /** Fresh weights, a function of the seed alone. */
  public static BuiltInEncoder initialize(EncoderShape shape, long seed) {
    DjlEngine.prepare();
    NDManager manager = NDManager.newBaseManager();
    int dimensions = shape.dimensions();
    MeanWordsBlock block = new MeanWordsBlock(shape.buckets() + 1, dimensions);
    Random random = new Random(seed);
    double deviation = 1 / Math.sqrt(dimensions);
    float[] words = new float[(shape.buckets() + 1) * dimensions];
    for (int i = 0; i < words.length; i++) {
      words[i] = (float) (random.nextGaussian() * deviation);
    }
    float[] projection = new float[dimensions * dimensions];
    for (int i = 0; i < dimensions; i++) {
      projection[i * dimensions + i] = 1;
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

  /**
   * The words of a text as numbers. There is no vocabulary: a word's id is a hash of it, so every
   * script and every new word has one, at the price of collisions. Id 0 is padding.
   */
  int[] ids(String text) {
    return Words.of(text, MAX_WORDS).stream()
        .mapToInt(w -> 1 + Integer.remainderUnsigned(spread(w.hashCode()), shape.buckets()))
        .toArray();
  }

  /** MurmurHash3's finalizer: String.hashCode is specified, but its low bits are alike. */
  private static int spread(int h) {
    int x = h;
    x ^= x >>> 16;
    x *= 0x85ebca6b;
    x ^= x >>> 13;
    x *= 0xc2b2ae35;
    x ^= x >>> 16;
    return x;
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
          vectors[i] = Arrays.copyOfRange(flat, start, start + shape.dimensions());
        }
      }
    }
    return vectors;
  }

  /** Ids of a batch, padded to its longest text. */
  private NDArray ids(NDManager scope, List<String> texts) {
    int[][] rows = texts.stream().map(this::ids).toArray(int[][]::new);
    int longest = Arrays.stream(rows).mapToInt(row -> row.length).max().orElse(0);
    longest = Math.max(1, longest);
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

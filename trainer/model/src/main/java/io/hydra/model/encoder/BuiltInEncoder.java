package io.hydra.model.encoder;

import io.hydra.model.text.Words;
import io.hydra.schemas.config.UserException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * The encoder that ships with the project, trained by its own base training: hashed words, the mean
 * of their vectors, one linear layer, length one. {@link JointTraining} trains it in DJL; here it
 * runs, in plain Java, so that what serves carries no engine for it. A text's vector is a function
 * of the text alone, to the last bit. An imported encoder takes its place behind {@link Encoder}.
 */
public final class BuiltInEncoder implements Encoder {
  /** Words of a text beyond this many are not looked at. */
  static final int MAX_WORDS = 128;

  /** Keeps a vector of length zero from being divided by zero. */
  static final float TINY = 1e-6f;

  private static final String WEIGHTS = "encoder.params";

  private final EncoderShape shape;

  /** A row per bucket, behind that of the padding. */
  private final float[] words;

  /** A row per dimension of the mean. */
  private final float[] projection;

  private BuiltInEncoder(EncoderShape shape, float[] words, float[] projection) {
    this.shape = shape;
    this.words = words;
    this.projection = projection;
  }

  /** Fresh weights, a function of the seed alone. */
  public static BuiltInEncoder initialize(EncoderShape shape, long seed) {
    int dimensions = shape.dimensions();
    Random random = new Random(seed);
    double deviation = 1 / Math.sqrt(dimensions);
    float[] words = new float[shape.rows() * dimensions];
    for (int i = 0; i < words.length; i++) {
      words[i] = (float) (random.nextGaussian() * deviation);
    }
    float[] projection = new float[dimensions * dimensions];
    for (int i = 0; i < dimensions; i++) {
      projection[i * dimensions + i] = 1;
    }
    return new BuiltInEncoder(shape, words, projection);
  }

  /**
   * Reads what {@link #save} wrote.
   *
   * @throws IOException if the stream does not hold such weights
   */
  public static BuiltInEncoder load(EncoderShape shape, InputStream in) throws IOException {
    return new BuiltInEncoder(
        shape, shape.wordsFormat().read(in), shape.projectionFormat().read(in));
  }

  static BuiltInEncoder open(Path folder, EncoderSettings settings) throws IOException {
    Path weights = folder.resolve(WEIGHTS);
    if (settings.buckets() == null || settings.dimensions() == null) {
      throw new UserException(
          "%s: a built-in encoder needs buckets and dimensions in %s"
              .formatted(folder, EncoderSettings.FILE));
    }
    EncoderShape shape = new EncoderShape(settings.buckets(), settings.dimensions());
    try (InputStream in = new BufferedInputStream(Files.newInputStream(weights))) {
      return load(shape, in);
    }
  }

  @Override
  public void save(Path folder) throws IOException {
    EncoderSettings.builtIn(shape).write(folder);
    try (OutputStream out =
        new BufferedOutputStream(Files.newOutputStream(folder.resolve(WEIGHTS)))) {
      save(out);
    }
  }

  /** Writes the weights; the same weights give the same bytes. */
  public void save(OutputStream out) throws IOException {
    shape.wordsFormat().write(words, out);
    shape.projectionFormat().write(projection, out);
  }

  public EncoderShape shape() {
    return shape;
  }

  /** The table of words, row-major, for who trains it. */
  float[] words() {
    return words;
  }

  /** The linear layer, row-major: the mean of words, as a row, times it. */
  float[] projection() {
    return projection;
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
    return texts.stream().map(this::encode).toArray(float[][]::new);
  }

  private float[] encode(String text) {
    int dimensions = shape.dimensions();
    int[] ids = ids(text);
    float[] mean = new float[dimensions];
    for (int id : ids) {
      addRow(words, id, 1f / ids.length, mean);
    }
    float[] vector = new float[dimensions];
    for (int i = 0; i < dimensions; i++) {
      addRow(projection, i, mean[i], vector);
    }
    float square = TINY * TINY;
    for (float v : vector) {
      square += v * v;
    }
    float length = (float) Math.sqrt(square);
    for (int i = 0; i < dimensions; i++) {
      vector[i] /= length;
    }
    return vector;
  }

  /** Plain enough for the JIT compiler to use vector instructions. */
  private static void addRow(float[] matrix, int row, float factor, float[] sum) {
    int start = row * sum.length;
    for (int i = 0; i < sum.length; i++) {
      sum[i] += factor * matrix[start + i];
    }
  }

  @Override
  public void close() {}

  /**
   * Size of the built-in encoder.
   *
   * @param buckets hash buckets for words
   * @param dimensions of a vector
   */
  public record EncoderShape(int buckets, int dimensions) {
    public static final EncoderShape DEFAULT = new EncoderShape(16_384, 48);

    int rows() {
      return buckets + 1;
    }

    private DjlParameter wordsFormat() {
      return new DjlParameter("words", rows(), dimensions);
    }

    private DjlParameter projectionFormat() {
      return new DjlParameter("projection", dimensions, dimensions);
    }
  }
}

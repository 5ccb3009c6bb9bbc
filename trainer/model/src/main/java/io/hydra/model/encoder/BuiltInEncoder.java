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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The encoder that ships with the project, trained by its own base training: hashed words, the mean
 * of their vectors, one linear layer, length one. {@link JointTraining} trains it in DJL; here it
 * runs, in plain Java, so that what serves carries no engine for it. A text's vector is a function
 * of the text alone, to the last bit. An imported encoder takes its place behind {@link Encoder}.
 *
 * <p>Several can be {@linkplain #join joined} to one: its vectors are theirs one behind the other,
 * over the root of their number, so that a dot product is the mean of theirs.
 */
public final class BuiltInEncoder implements Encoder {
  /** Words of a text beyond this many are not looked at. */
  static final int MAX_WORDS = 128;

  /** Keeps a vector of length zero from being divided by zero. */
  static final float TINY = 1e-6f;

  private static final String WEIGHTS = "encoder.params";

  private final EncoderShape shape;

  private final List<Part> parts;

  /**
   * The weights of one part.
   *
   * @param words a row per bucket, behind that of the padding
   * @param projection a row per dimension of the mean
   */
  @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
  private record Part(float[] words, float[] projection) {}

  private BuiltInEncoder(EncoderShape shape, List<Part> parts) {
    this.shape = shape;
    this.parts = parts;
  }

  /** Fresh weights of one part, a function of the seed alone. */
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
    return new BuiltInEncoder(shape, List.of(new Part(words, projection)));
  }

  /**
   * Makes one of several, in their order.
   *
   * @param encoders of one shape, of one part each
   */
  public static BuiltInEncoder join(List<BuiltInEncoder> encoders) {
    EncoderShape one = encoders.get(0).shape;
    return new BuiltInEncoder(
        new EncoderShape(one.buckets(), one.dimensions(), encoders.size()),
        encoders.stream().flatMap(encoder -> encoder.parts.stream()).toList());
  }

  /**
   * Reads what {@link #save} wrote.
   *
   * @throws IOException if the stream does not hold such weights
   */
  public static BuiltInEncoder load(EncoderShape shape, InputStream in) throws IOException {
    List<Part> parts = new ArrayList<>();
    for (int p = 0; p < shape.parts(); p++) {
      parts.add(new Part(shape.wordsFormat().read(in), shape.projectionFormat().read(in)));
    }
    return new BuiltInEncoder(shape, parts);
  }

  static BuiltInEncoder open(Path folder, EncoderSettings settings) throws IOException {
    Path weights = folder.resolve(WEIGHTS);
    if (settings.buckets() == null || settings.dimensions() == null || settings.parts() == null) {
      throw new UserException(
          "%s: a built-in encoder needs buckets, dimensions and parts in %s"
              .formatted(folder, EncoderSettings.FILE));
    }
    EncoderShape shape =
        new EncoderShape(settings.buckets(), settings.dimensions(), settings.parts());
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
    for (Part part : parts) {
      shape.wordsFormat().write(part.words(), out);
      shape.projectionFormat().write(part.projection(), out);
    }
  }

  public EncoderShape shape() {
    return shape;
  }

  /** The only part's table of words, row-major, for who trains it. */
  float[] words() {
    return parts.get(0).words();
  }

  /** The only part's linear layer, row-major: the mean of words, as a row, times it. */
  float[] projection() {
    return parts.get(0).projection();
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
    return parts.size() * shape.dimensions();
  }

  @Override
  public float[][] encode(List<String> texts) {
    return texts.stream().map(this::encode).toArray(float[][]::new);
  }

  private float[] encode(String text) {
    int[] ids = ids(text);
    float root = (float) Math.sqrt(parts.size());
    float[] joined = new float[dimensions()];
    int next = 0;
    for (Part part : parts) {
      for (float v : encode(ids, part)) {
        joined[next++] = v / root;
      }
    }
    return joined;
  }

  private float[] encode(int[] ids, Part part) {
    int dimensions = shape.dimensions();
    float[] mean = new float[dimensions];
    for (int id : ids) {
      addRow(part.words(), id, 1f / ids.length, mean);
    }
    float[] vector = new float[dimensions];
    for (int i = 0; i < dimensions; i++) {
      addRow(part.projection(), i, mean[i], vector);
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
   * @param dimensions of a part's vector
   * @param parts encoders that are joined
   */
  public record EncoderShape(int buckets, int dimensions, int parts) {
    public static final EncoderShape DEFAULT = new EncoderShape(16_384, 48);

    /** Of one part. */
    public EncoderShape(int buckets, int dimensions) {
      this(buckets, dimensions, 1);
    }

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

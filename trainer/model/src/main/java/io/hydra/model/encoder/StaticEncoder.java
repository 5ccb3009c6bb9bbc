package io.hydra.model.encoder;

import ai.djl.huggingface.tokenizers.Encoding;
import io.hydra.model.encoder.EncoderSource.Layout;
import io.hydra.model.encoder.TextTokenizer.Vocabulary;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Static embeddings as Model2Vec publishes them: the vector of a text is the mean over its tokens
 * of {@code weights[token] · embeddings[mapping[token]]}, brought to length one. {@code weights}
 * and {@code mapping} are optional; tokens that stand for the unknown are left out. No network
 * runs, so a text costs its tokenization and little more.
 *
 * <p>The vector has length one even if the model's {@code config.json} says {@code normalize:
 * false}: that is what an {@link Encoder} promises. Format and formula: <a
 * href="https://github.com/MinishLab/model2vec">Model2Vec</a>.
 */
final class StaticEncoder extends ImportedEncoder {
  /** Model2Vec's name, and that of a sentence-transformers StaticEmbedding. */
  private static final List<String> EMBEDDINGS = List.of("embeddings", "embedding.weight");

  private static final String WEIGHTS = "weights";
  private static final String MAPPING = "mapping";
  private static final int BATCH = 256;

  private final int unknown;
  private final int dimensions;
  private final float[] embeddings;
  private final int[] rows;
  private final float[] weights;

  /** Tells a safetensors file of static embeddings from one of a network's weights. */
  static boolean isStatic(Path file) throws IOException {
    try (SafeTensors tensors = SafeTensors.open(file)) {
      return EMBEDDINGS.stream().anyMatch(tensors::has);
    }
  }

  static StaticEncoder open(Layout layout) throws IOException {
    return new StaticEncoder(layout, Vocabulary.read(layout.tokenizer()));
  }

  private StaticEncoder(Layout layout, Vocabulary vocabulary) throws IOException {
    // Model2Vec cuts texts at this many characters too.
    super(layout, layout.settings(), vocabulary.medianLength(), false);
    unknown = vocabulary.unknown();
    Path file = layout.model();
    try (SafeTensors tensors = SafeTensors.open(file)) {
      String name = embeddings(tensors, file);
      List<Long> shape = tensors.shape(name);
      if (shape.size() != 2 || shape.get(0) == 0 || shape.get(1) == 0) {
        throw new UserException(
            "%s: tensor %s has shape %s; tokens × dimensions is needed"
                .formatted(file, name, shape));
      }
      dimensions = shape.get(1).intValue();
      rows = tensors.has(MAPPING) ? tensors.ints(MAPPING) : null;
      weights = tensors.has(WEIGHTS) ? tensors.floats(WEIGHTS) : null;
      int tokens = vocabulary.size();
      long known = rows == null ? shape.get(0) : rows.length;
      check(file, known >= tokens, "the tokenizer has more tokens than vectors");
      check(
          file,
          weights == null || weights.length >= tokens,
          "the tokenizer has more tokens than weights");
      check(
          file,
          rows == null || Arrays.stream(rows).allMatch(row -> row >= 0 && row < shape.get(0)),
          "the mapping names a row that is not there");
      embeddings = tensors.floats(name);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private static String embeddings(SafeTensors tensors, Path file) {
    return EMBEDDINGS.stream()
        .filter(tensors::has)
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    ("%s: holds a network's weights (%s, …), not static embeddings; export the"
                            + " network to ONNX (model.onnx) or TorchScript (model.pt)")
                        .formatted(
                            file, tensors.names().stream().findFirst().orElse("no tensor"))));
  }

  private static void check(Path file, boolean holds, String problem) {
    if (!holds) {
      throw new UserException(
          "%s: %s; its files do not belong together, copy them again".formatted(file, problem));
    }
  }

  @Override
  public int dimensions() {
    return dimensions;
  }

  @Override
  public float[][] encode(List<String> texts) {
    float[][] vectors = new float[texts.size()][];
    for (int from = 0; from < vectors.length; from += BATCH) {
      int to = Math.min(from + BATCH, vectors.length);
      Encoding[] encodings = tokenizer.encode(texts.subList(from, to));
      for (int i = from; i < to; i++) {
        vectors[i] = unit(sum(encodings[i - from].getIds()));
      }
    }
    return vectors;
  }

  /** The mean up to its length, which is brought to one anyway. */
  private double[] sum(long[] tokens) {
    double[] sum = new double[dimensions];
    for (long token : tokens) {
      int id = (int) token;
      if (id != unknown) {
        int start = (rows == null ? id : rows[id]) * dimensions;
        float weight = weights == null ? 1 : weights[id];
        for (int d = 0; d < dimensions; d++) {
          sum[d] += weight * embeddings[start + d];
        }
      }
    }
    return sum;
  }
}

package io.hydra.model.encoder;

import ai.djl.huggingface.tokenizers.Encoding;
import io.hydra.model.encoder.EncoderLayout.ImportedFiles;
import io.hydra.model.encoder.EncoderSettings.EncoderKind;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Path;
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
final class StaticEncoder implements Encoder {
  /** Model2Vec's name, and that of a sentence-transformers StaticEmbedding. */
  private static final List<String> EMBEDDINGS = List.of("embeddings", "embedding.weight");

  private static final String WEIGHTS = "weights";
  private static final String MAPPING = "mapping";
  private static final int BATCH = 256;

  private final ImportedFiles files;
  private final EncoderSettings settings;
  private final TextTokenizer tokenizer;
  private final int unknown;
  private final int dimensions;
  private final float[] embeddings;
  private final int[] rows;
  private final float[] weights;

  private StaticEncoder(
      ImportedFiles files,
      EncoderSettings settings,
      TextTokenizer tokenizer,
      int unknown,
      int dimensions,
      float[] embeddings,
      int[] rows,
      float[] weights) {
    this.files = files;
    this.settings = settings;
    this.tokenizer = tokenizer;
    this.unknown = unknown;
    this.dimensions = dimensions;
    this.embeddings = embeddings;
    this.rows = rows;
    this.weights = weights;
  }

  /** Whether a safetensors file holds static embeddings, not a network's weights. */
  static boolean isStatic(Path file) throws IOException {
    try (SafeTensors tensors = SafeTensors.open(file)) {
      return EMBEDDINGS.stream().anyMatch(tensors::has);
    }
  }

  static StaticEncoder open(EncoderLayout layout) throws IOException {
    ImportedFiles files = new ImportedFiles(layout.files());
    Vocabulary vocabulary = Vocabulary.read(layout.tokenizer());
    int maxTokens = layout.settings().tokens();
    EncoderSettings settings =
        EncoderSettings.imported(
            EncoderKind.STATIC, layout.model().getFileName().toString(), maxTokens, null, null);
    try (SafeTensors tensors = SafeTensors.open(layout.model())) {
      String name =
          EMBEDDINGS.stream()
              .filter(tensors::has)
              .findFirst()
              .orElseThrow(
                  () ->
                      new UserException(
                          "%s: holds a network's weights (%s, …), not static embeddings; export"
                                  .formatted(
                                      layout.model(),
                                      tensors.names().iterator().hasNext()
                                          ? tensors.names().iterator().next()
                                          : "no tensor")
                              + " the network to ONNX (model.onnx) or TorchScript (model.pt)"));
      List<Long> shape = tensors.shape(name);
      if (shape.size() != 2 || shape.get(0) == 0 || shape.get(1) == 0) {
        throw new UserException(
            "%s: tensor %s has shape %s; tokens × dimensions is needed"
                .formatted(layout.model(), name, shape));
      }
      int[] rows = tensors.has(MAPPING) ? tensors.ints(MAPPING) : null;
      float[] weights = tensors.has(WEIGHTS) ? tensors.floats(WEIGHTS) : null;
      long known = rows == null ? shape.get(0) : rows.length;
      check(layout, known >= vocabulary.size(), "the tokenizer has more tokens than vectors");
      check(
          layout,
          weights == null || weights.length >= vocabulary.size(),
          "the tokenizer has more tokens than weights");
      if (rows != null) {
        for (int row : rows) {
          check(
              layout, row >= 0 && row < shape.get(0), "the mapping names a row that is not there");
        }
      }
      float[] embeddings = tensors.floats(name);
      // Model2Vec cuts texts at this many characters too.
      int maxCharacters =
          (int) Math.min(Integer.MAX_VALUE, (long) maxTokens * vocabulary.medianLength());
      TextTokenizer tokenizer =
          TextTokenizer.open(layout.tokenizer(), maxTokens, maxCharacters, false);
      return new StaticEncoder(
          files,
          settings,
          tokenizer,
          vocabulary.unknown(),
          shape.get(1).intValue(),
          embeddings,
          rows,
          weights);
    }
  }

  private static void check(EncoderLayout layout, boolean holds, String problem) {
    if (!holds) {
      throw new UserException(
          "%s: %s; its files do not belong together, copy them again"
              .formatted(layout.model(), problem));
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
        vectors[i] = Vectors.unit(sum(encodings[i - from].getIds()));
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

  @Override
  public void save(Path folder) throws IOException {
    settings.write(folder);
    files.copyInto(folder);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}

package io.hydra.model.encoder;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.hydra.model.encoder.EncoderSettings.EncoderKind;
import io.hydra.model.encoder.EncoderSettings.Pooling;
import io.hydra.model.encoder.EncoderSource.Layout;
import io.hydra.model.text.Words;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An encoder exported from Hugging Face to TorchScript or ONNX, with its tokenizer, run by DJL.
 * Inputs: {@code input_ids}, {@code attention_mask} and, where the network takes them, {@code
 * token_type_ids}. Output: batch × dimensions, or batch × tokens × dimensions, which is pooled
 * here.
 *
 * <p>A network runs on one thread; who has many texts and cores calls from several threads. Batches
 * hold texts of like length, so that little is padding; a vector does not depend on its batch
 * beyond rounding.
 */
final class TransformerEncoder extends ImportedEncoder {
  /** Intermediates live until their manager closes, and grow with the batch. */
  private static final int BATCH = 16;

  /** Texts that are tokenized, and sorted by length, together. */
  private static final int CHUNK = 256;

  /** No language has longer tokens on average. */
  private static final int CHARACTERS_PER_TOKEN = 32;

  /** The usual names of the outputs that can be used, best first. */
  private static final List<String> OUTPUTS =
      List.of("sentence_embedding", "last_hidden_state", "token_embeddings");

  private static final Map<String, Function<Encoding, long[]>> INPUTS =
      Map.of(
          "input_ids", Encoding::getIds,
          "attention_mask", Encoding::getAttentionMask,
          "token_type_ids", Encoding::getTypeIds);

  /** The usual inputs of TorchScripts, the commonest first: they do not name them themselves. */
  private static final List<List<String>> POSITIONAL =
      List.of(
          List.of("input_ids", "attention_mask"),
          List.of("input_ids", "attention_mask", "token_type_ids"),
          List.of("input_ids"));

  private final Model model;
  private List<String> inputs = List.of();
  private int dimensions;

  private TransformerEncoder(Layout layout, String engine) {
    super(layout, layout.settings(), CHARACTERS_PER_TOKEN, true);
    this.model = Model.newInstance(settings.model(), engine);
  }

  static TransformerEncoder open(Layout layout) throws IOException {
    boolean onnx = layout.settings().kind() == EncoderKind.ONNX;
    String engine = onnx ? "OnnxRuntime" : "PyTorch";
    DjlEngine.require(engine, layout.model().toString());
    TransformerEncoder encoder = new TransformerEncoder(layout, engine);
    try {
      // Read by ONNX Runtime's engine alone.
      Map<String, String> oneThread = Map.of("interOpNumThreads", "1", "intraOpNumThreads", "1");
      Path folder = layout.model().toAbsolutePath().getParent();
      encoder.model.load(folder, encoder.settings.model(), oneThread);
      encoder.probe(onnx);
      return encoder;
    } catch (MalformedModelException | RuntimeException e) {
      encoder.close();
      if (e instanceof UserException known) {
        throw new UserException(layout.model() + ": " + known.getMessage(), known);
      }
      String line = String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("");
      throw new UserException(
          "%s: cannot be run by %s (%s); export it again".formatted(layout.model(), engine, line),
          e);
    } catch (IOException e) {
      encoder.close();
      throw e;
    }
  }

  /** Runs texts of different lengths, to learn the network's inputs and its vectors' length. */
  private void probe(boolean named) {
    List<String> texts = List.of("a", "a probe of more words");
    List<List<String>> candidates = POSITIONAL;
    if (named) {
      List<String> names = model.getBlock().describeInput().keys();
      if (!INPUTS.keySet().containsAll(names)) {
        throw new UserException(
            "takes the inputs %s; known are %s"
                .formatted(names, INPUTS.keySet().stream().sorted().toList()));
      }
      candidates = List.of(names);
    }
    RuntimeException first = null;
    for (List<String> candidate : candidates) {
      inputs = candidate;
      try {
        float[][] vectors = run(Arrays.asList(tokenizer.encode(texts)));
        if (vectors[0].length == 0 || Arrays.equals(vectors[1], new float[vectors[1].length])) {
          throw new UserException("gives no vector for a text; its weights are damaged");
        }
        dimensions = vectors[0].length;
        return;
      } catch (EngineException | IllegalArgumentException e) {
        first = first == null ? e : first;
      }
    }
    throw Objects.requireNonNull(first);
  }

  @Override
  public int dimensions() {
    return dimensions;
  }

  @Override
  public float[][] encode(List<String> texts) {
    float[][] vectors = new float[texts.size()][];
    for (int from = 0; from < vectors.length; from += CHUNK) {
      int start = from;
      Encoding[] chunk =
          tokenizer.encode(texts.subList(from, Math.min(from + CHUNK, vectors.length)));
      List<Integer> byLength =
          IntStream.range(0, chunk.length)
              .boxed()
              .sorted(Comparator.comparingInt(i -> chunk[i].getIds().length))
              .toList();
      List<Integer> used = new ArrayList<>();
      for (int i : byLength) {
        if (isEmpty(chunk[i])) {
          vectors[start + i] = new float[dimensions];
        } else {
          used.add(i);
        }
      }
      for (int at = 0; at < used.size(); at += BATCH) {
        List<Integer> batch = used.subList(at, Math.min(at + BATCH, used.size()));
        float[][] pooled = run(batch.stream().map(i -> chunk[i]).toList());
        for (int i = 0; i < pooled.length; i++) {
          vectors[start + batch.get(i)] = pooled[i];
        }
      }
    }
    return vectors;
  }

  /** The mean of its tokens' states for each word, over all places where the word stands. */
  @Override
  public Map<String, float[]> wordStates(String text) {
    String head = Words.head(text);
    Encoding encoding = tokenizer.encode(List.of(head))[0];
    if (isEmpty(encoding)) {
      return Map.of();
    }
    int tokens = encoding.getIds().length;
    float[] states = forward(List.of(encoding), outputs -> tokenStates(outputs, tokens));
    return states.length == 0
        ? Map.of()
        : WordStates.of(head, encoding, states, states.length / tokens);
  }

  /** Empty where the network pools its tokens itself. */
  private float[] tokenStates(NDList outputs, int tokens) {
    return Stream.concat(Stream.of(select(outputs)), outputs.stream())
        .filter(output -> output.getDataType() == DataType.FLOAT32)
        .filter(output -> output.getShape().dimension() == 3)
        .filter(output -> output.getShape().get(0) == 1 && output.getShape().get(1) == tokens)
        .findFirst()
        .map(NDArray::toFloatArray)
        .orElse(new float[0]);
  }

  /** Tells whether a text has no token of its own, so that it has no meaning either. */
  private static boolean isEmpty(Encoding encoding) {
    return Arrays.stream(encoding.getSpecialTokenMask()).allMatch(m -> m == 1);
  }

  private float[][] run(List<Encoding> batch) {
    return forward(batch, outputs -> vectors(select(outputs), batch));
  }

  private <T> T forward(List<Encoding> batch, Function<NDList, T> read) {
    int longest = longest(batch);
    try (NDManager scope = model.getNDManager().newSubManager()) {
      NDList arrays = new NDList();
      for (String name : inputs) {
        long[] flat = new long[batch.size() * longest];
        for (int i = 0; i < batch.size(); i++) {
          long[] row = INPUTS.get(name).apply(batch.get(i));
          System.arraycopy(row, 0, flat, i * longest, row.length);
        }
        NDArray array = scope.create(flat, new Shape(batch.size(), longest));
        array.setName(name);
        arrays.add(array);
      }
      return read.apply(model.getBlock().forward(new ParameterStore(scope, false), arrays, false));
    }
  }

  private static int longest(List<Encoding> batch) {
    return batch.stream().mapToInt(e -> e.getIds().length).max().orElse(0);
  }

  private NDArray select(NDList outputs) {
    List<String> names = settings.output() == null ? OUTPUTS : List.of(settings.output());
    for (String name : names) {
      for (NDArray output : outputs) {
        if (name.equals(output.getName())) {
          return output;
        }
      }
    }
    if (settings.output() != null) {
      throw new UserException(
          "has no output %s; it has %s"
              .formatted(settings.output(), outputs.stream().map(NDArray::getName).toList()));
    }
    return outputs.head();
  }

  private float[][] vectors(NDArray output, List<Encoding> batch) {
    int longest = longest(batch);
    Shape shape = output.getShape();
    int rank = shape.dimension();
    boolean pooled = rank == 2;
    if ((!pooled && (rank != 3 || shape.get(1) != longest))
        || shape.get(0) != batch.size()
        || output.getDataType() != DataType.FLOAT32) {
      throw new UserException(
          ("gives %s of %s for %d texts of %d tokens; batch × dimensions or batch × tokens ×"
                  + " dimensions of FLOAT32 is needed (export it with dynamic axes)")
              .formatted(shape, output.getDataType(), batch.size(), longest));
    }
    float[] states = output.toFloatArray();
    int width = (int) shape.get(rank - 1);
    float[][] vectors = new float[batch.size()][];
    Pooling pooling = pooled ? Pooling.CLS : settings.pooling();
    int perText = pooled ? width : longest * width;
    for (int i = 0; i < vectors.length; i++) {
      int tokens = batch.get(i).getIds().length;
      vectors[i] = unit(pooling.sum(states, i * perText, tokens, width));
    }
    return vectors;
  }

  @Override
  public void close() {
    super.close();
    model.close();
  }
}

package io.hydra.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.hydra.model.encoder.BuiltInEncoder.EncoderShape;
import io.hydra.model.encoder.JointTraining.TouchedRows;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BuiltInEncoderTest {
  private static final EncoderShape SHAPE = new EncoderShape(500, 8);

  @Test
  void vectorsHaveLengthOneAndDoNotDependOnTheBatch() {
    try (BuiltInEncoder encoder = BuiltInEncoder.initialize(SHAPE, 1)) {
      String longText = "word and more ".repeat(200);
      float[] alone = encoder.encode(List.of("a short text"))[0];
      float[][] batch = encoder.encode(List.of(longText, "a short text", ""));
      assertThat(batch[1]).isEqualTo(alone);
      assertThat(batch[2]).containsOnly(0);
      double square = 0;
      for (float v : alone) {
        square += v * v;
      }
      assertThat(square).isCloseTo(1, within(1e-4));
      assertThat(encoder.encode(Collections.nCopies(200, "x"))).hasNumberOfRows(200);
    }
  }

  @Test
  void weightsComeBackAsTheyWere() throws IOException {
    try (BuiltInEncoder encoder = BuiltInEncoder.initialize(SHAPE, 1)) {
      byte[] bytes = save(encoder);
      try (BuiltInEncoder loaded = BuiltInEncoder.load(SHAPE, stream(bytes))) {
        assertThat(loaded.encode(List.of("any text")))
            .isDeepEqualTo(encoder.encode(List.of("any text")));
      }
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> BuiltInEncoder.load(new EncoderShape(400, 8), stream(bytes)))
          .withMessageContaining("shape");
    }
  }

  @Test
  void joinedVectorsAreAsAlikeAsTheirPartsAreOnAverage() throws IOException {
    List<String> texts = List.of("strings out of tune", "out of strings", "");
    BuiltInEncoder first = BuiltInEncoder.initialize(SHAPE, 1);
    BuiltInEncoder second = BuiltInEncoder.initialize(SHAPE, 2);
    BuiltInEncoder joined = BuiltInEncoder.join(List.of(first, second));
    float[][] one = first.encode(texts);
    float[][] other = second.encode(texts);
    float[][] both = joined.encode(texts);
    assertThat(joined.dimensions()).isEqualTo(16);
    assertThat(dot(both[0], both[0])).isCloseTo(1, within(1e-4));
    assertThat(dot(both[0], both[1]))
        .isCloseTo((dot(one[0], one[1]) + dot(other[0], other[1])) / 2, within(1e-6));
    assertThat(both[2]).containsOnly(0);
    try (BuiltInEncoder loaded =
        BuiltInEncoder.load(new EncoderShape(500, 8, 2), stream(save(joined)))) {
      assertThat(loaded.encode(texts)).isDeepEqualTo(both);
    }
  }

  @Test
  void itRunsAsTheNetworkThatIsTrained() {
    EncoderShape shape = new EncoderShape(500, 48);
    List<String> texts = List.of("one", "a few more words", "many words ".repeat(100), "");
    try (BuiltInEncoder encoder = BuiltInEncoder.initialize(shape, 1);
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Random random = new Random(2);
      for (int i = 0; i < encoder.projection().length; i++) {
        encoder.projection()[i] += (float) random.nextGaussian() / 7;
      }
      TouchedRows touched = TouchedRows.of(texts.stream().map(encoder::ids).toList(), shape.rows());
      NDArray rows =
          manager
              .create(encoder.words(), new Shape(shape.rows(), 48))
              .get(manager.create(touched.rows()));
      NDArray shares =
          manager.create(
              touched.shares(0, texts.size()), new Shape(texts.size(), touched.rows().length));
      NDArray projection = manager.create(encoder.projection(), new Shape(48, 48));
      float[] network = JointTraining.project(shares.matMul(rows), projection).toFloatArray();
      float[][] vectors = encoder.encode(texts);
      for (int i = 0; i < network.length; i++) {
        assertThat(vectors[i / 48][i % 48]).isCloseTo(network[i], within(1e-6f));
      }
    }
  }

  @Test
  void trainingSeparatesWhatTheLabelsSeparateAndRepeatsToTheByte() throws IOException {
    List<String> inputs =
        Collections.nCopies(40, List.of("ball goal team", "oven flour bread")).stream()
            .flatMap(List::stream)
            .toList();
    List<String> outputs =
        Collections.nCopies(40, List.of("sport", "food")).stream().flatMap(List::stream).toList();
    Map<String, EncoderTrainer.TaskPairs> pairs =
        Map.of(
            "t", new EncoderTrainer.TaskPairs(inputs, outputs, List.of("sport", "food")),
            "open", new EncoderTrainer.TaskPairs(inputs, outputs, List.of()));
    byte[] first;
    try (BuiltInEncoder encoder = BuiltInEncoder.initialize(SHAPE, 3)) {
      float[][] trunk = train(encoder, pairs).get("t");
      float[] vector = encoder.encode(List.of("team goal ball"))[0];
      assertThat(dot(trunk[0], vector)).isGreaterThan(dot(trunk[1], vector));
      first = save(encoder);
    }
    try (BuiltInEncoder encoder = BuiltInEncoder.initialize(SHAPE, 3)) {
      Map<String, float[][]> unused = train(encoder, pairs);
      assertThat(save(encoder)).isEqualTo(first);
    }
  }

  private static Map<String, float[][]> train(
      BuiltInEncoder encoder, Map<String, EncoderTrainer.TaskPairs> pairs) {
    return new EncoderTrainer(encoder, 3)
        .train(pairs, Map.of(), 40, 40, (e, of, l, h) -> {})
        .options();
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static byte[] save(BuiltInEncoder encoder) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    encoder.save(out);
    return out.toByteArray();
  }

  private static ByteArrayInputStream stream(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }
}

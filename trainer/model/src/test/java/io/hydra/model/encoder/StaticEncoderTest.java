package io.hydra.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaticEncoderTest {
  @TempDir private Path folder;

  /** (x, y, z) brought to length one. */
  private static float[] unit(double x, double y, double z) {
    double length = Math.sqrt(x * x + y * y + z * z);
    return new float[] {(float) (x / length), (float) (y / length), (float) (z / length)};
  }

  private static void assertVector(Encoder encoder, String text, float[] expected) {
    assertThat(encoder.encode(List.of(text))[0]).containsExactly(expected, within(1e-6f));
  }

  @Test
  void theGoldenVectorComesOut() throws IOException {
    Optional<Path> model = EncoderFixtures.sharedData().map(d -> d.resolve("encoder"));
    assumeTrue(
        model.isPresent() && Files.isDirectory(model.get()),
        "no shared/data/encoder beside the repository: the published golden vector is not checked");
    float[] golden =
        new ObjectMapper()
            .readValue(
                model.get().resolve("embeddings_vocab_quantized.golden.json").toFile(),
                float[][].class)[0];
    try (Encoder encoder = EncoderSource.open(model.get())) {
      assertThat(encoder.dimensions()).isEqualTo(64);
      String text = String.join(" ", Collections.nCopies(1000, "hello"));
      assertThat(encoder.encode(List.of(text))[0]).containsExactly(golden, within(1e-6f));
      float[][] texts =
          encoder.encode(
              List.of("a film about a dog", "a movie with a puppy", "quarterly tax report"));
      assertThat(dot(texts[0], texts[1])).isGreaterThan(dot(texts[0], texts[2]));
    }
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Test
  void aTextIsTheMeanOfItsKnownTokens() throws IOException {
    try (Encoder encoder = EncoderSource.open(EncoderFixtures.staticModel(folder))) {
      // good = (2, 1, -1), drum = (4, 1, -2), 東京 = (5, 1, -2.5)
      assertVector(encoder, "Good", unit(2, 1, -1));
      assertVector(encoder, "good unheard-of drum drum", unit(10, 3, -5));
      assertVector(encoder, "東京 good", unit(7, 2, -3.5));
      assertVector(encoder, "unheard-of", new float[3]);
    }
  }

  @Test
  void weightsAndMappingAreApplied() throws IOException {
    EncoderFixtures.wordLevelTokenizer(folder);
    // Two centroids; good and drum share the second one, bad has the first.
    ByteBuffer data = EncoderFixtures.littleEndian(2 * 3 + 7 * 8 + 7 * 4);
    data.put(new byte[] {1, 0, 0, 0, 2, 2});
    for (double weight : new double[] {0, 0, 0.5, 1, 2, 1, 1}) {
      data.putDouble(weight);
    }
    for (int row : new int[] {0, 0, 1, 0, 1, 0, 0}) {
      data.putInt(row);
    }
    EncoderFixtures.safetensors(
        folder.resolve("model.safetensors"),
        """
        {"embeddings":{"dtype":"I8","shape":[2,3],"data_offsets":[0,6]},
         "weights":{"dtype":"F64","shape":[7],"data_offsets":[6,62]},
         "mapping":{"dtype":"I32","shape":[7],"data_offsets":[62,90]}}
        """,
        data.array());
    try (Encoder encoder = EncoderSource.open(folder)) {
      assertVector(encoder, "good", unit(0, 2, 2));
      assertVector(encoder, "bad good drum", unit(1, 5, 5));
    }
  }

  @Test
  void textsAreCutAtMaxTokens() throws IOException {
    EncoderFixtures.staticModel(folder);
    Files.writeString(folder.resolve("encoder.json"), "{\"maxTokens\": 2}");
    try (Encoder encoder = EncoderSource.open(folder)) {
      assertVector(encoder, "good bad", unit(5, 2, -2.5));
      assertVector(encoder, "good bad drum drum", unit(5, 2, -2.5));
    }
  }

  @Test
  void filesThatDoNotBelongTogetherAreRefused() throws IOException {
    EncoderFixtures.wordLevelTokenizer(folder);
    Path model = folder.resolve("model.safetensors");
    EncoderFixtures.safetensors(
        model,
        "{\"embeddings\":{\"dtype\":\"I8\",\"shape\":[2,3],\"data_offsets\":[0,6]}}",
        new byte[6]);
    refused("more tokens than vectors");
    EncoderFixtures.safetensors(
        model,
        """
        {"embeddings":{"dtype":"I8","shape":[2,3],"data_offsets":[0,6]},
         "mapping":{"dtype":"U8","shape":[7],"data_offsets":[6,13]}}
        """,
        new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2});
    refused("mapping");
    EncoderFixtures.safetensors(
        model,
        "{\"embeddings\":{\"dtype\":\"I8\",\"shape\":[6],\"data_offsets\":[0,6]}}",
        new byte[6]);
    refused("tokens × dimensions");
    EncoderFixtures.staticModel(folder);
    Files.writeString(folder.resolve("tokenizer.json"), "{\"model\":{}}");
    refused("no vocabulary");
    Files.writeString(folder.resolve("tokenizer.json"), "{\"model\":{\"vocab\":{\"a\":0}}}");
    refused("tokenizer.json: not a tokenizer");
    Files.writeString(folder.resolve("tokenizer.json"), "junk");
    refused("tokenizer.json: not a tokenizer");
  }

  private void refused(String message) {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> EncoderSource.open(folder))
        .withMessageContaining(folder.toString())
        .withMessageContaining(message);
  }
}

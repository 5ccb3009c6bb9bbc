package io.hydra.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hydra.model.text.Words;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShippedEncoderTest {
  @TempDir private Path folder;

  @Test
  void meaningIsNearerThanWords() throws IOException {
    assumeTrue(ShippedEncoder.name().isPresent(), "this build has no shipped encoder");
    try (Encoder encoder = ShippedEncoder.open().orElseThrow()) {
      float[][] vectors =
          encoder.encode(
              List.of(
                  "A recipe for apple pie",
                  "Baking a dessert with fruit",
                  "Apple sells more phones"));
      assertThat(dot(vectors[0], vectors[1])).isGreaterThan(dot(vectors[0], vectors[2]));
      encoder.save(folder);
    }
    try (Stream<Path> files = Files.list(folder);
        Encoder again = EncoderSource.open(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("encoder.json", "model.onnx", "tokenizer.json");
      assertThat(again.dimensions()).isEqualTo(384);
    }
  }

  @Test
  void aWordHasAStateByWhatItMeansInItsText() throws IOException {
    assumeTrue(ShippedEncoder.name().isPresent(), "this build has no shipped encoder");
    try (Encoder encoder = ShippedEncoder.open().orElseThrow()) {
      Map<String, float[]> river = encoder.wordStates("The BANK of the river was flooded");
      Map<String, float[]> money = encoder.wordStates("The bank lends money to farmers");
      Map<String, float[]> loans = encoder.wordStates("A bank gave credit to the farmers");
      assertThat(river.keySet()).containsExactly("the", "bank", "of", "river", "was", "flooded");
      assertThat(cosine(money.get("bank"), loans.get("bank")))
          .isGreaterThan(cosine(money.get("bank"), river.get("bank")));
    }
  }

  @Test
  void statesBelongToTheirWordsInAnyScript() throws IOException {
    assumeTrue(ShippedEncoder.name().isPresent(), "this build has no shipped encoder");
    try (Encoder encoder = ShippedEncoder.open().orElseThrow()) {
      assertThat(
              encoder.wordStates("\uD83D\uDE00 na\u00efve, parsing\uD83D\uDE00 of bits").keySet())
          .containsExactly("na\u00efve", "parsing", "of", "bits");
      Map<String, float[]> alone = encoder.wordStates("parsing of bits");
      assertThat(
              cosine(
                  alone.get("parsing"),
                  encoder.wordStates("\uD83D\uDE00\uD83D\uDE00 parsing of bits").get("parsing")))
          .as("code points are not counted as characters")
          .isGreaterThan(0.6);
      assertThat(encoder.wordStates("\u6771\u4eac\u30bf\u30ef\u30fc").keySet())
          .containsExactlyElementsOf(Words.of("\u6771\u4eac\u30bf\u30ef\u30fc"));
      assertThat(encoder.wordStates("word ".repeat(300) + "late").keySet()).containsExactly("word");
      assertThat(encoder.wordStates("")).isEmpty();
      assertThat(encoder.wordStates(" \uD83D ")).isEmpty();
    }
  }

  private static double cosine(float[] a, float[] b) {
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}

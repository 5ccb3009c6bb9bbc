package io.hydra.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}

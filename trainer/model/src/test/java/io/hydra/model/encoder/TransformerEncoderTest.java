package io.hydra.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The networks are made by make_tiny_encoder.py; the vectors are those that PyTorch gave there. */
class TransformerEncoderTest {
  private record Golden(List<String> texts, float[][] mean, float[][] cls, float[][] pooled) {}

  private static Golden golden;
  @TempDir private Path folder;

  @BeforeAll
  static void readGolden() throws IOException {
    try (InputStream in = EncoderFixtures.resource("golden.json")) {
      golden = new ObjectMapper().readValue(in, Golden.class);
    }
  }

  private void assertVectors(float[][] expected) {
    try (Encoder encoder = EncoderSource.open(folder)) {
      assertThat(encoder.dimensions()).isEqualTo(8);
      float[][] vectors = encoder.encode(golden.texts());
      for (int i = 0; i < expected.length; i++) {
        assertThat(vectors[i]).containsExactly(expected[i], within(2e-6f));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny.pt", "tiny.onnx"})
  void meanOfTheTokensIsPyTorchsOwn(String file) throws IOException {
    EncoderFixtures.network(folder, file);
    assertVectors(golden.mean());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny.pt", "tiny.onnx"})
  void firstTokenIsPyTorchsOwn(String file) throws IOException {
    EncoderFixtures.network(folder, file);
    Files.writeString(folder.resolve("encoder.json"), "{\"maxTokens\": 64, \"pooling\": \"cls\"}");
    assertVectors(golden.cls());
  }

  @Test
  void aNetworkThatPoolsAndTakesTokenTypesIsRunAsItIs() throws IOException {
    EncoderFixtures.network(folder, "pooled.pt");
    assertVectors(golden.pooled());
  }

  @ParameterizedTest
  @CsvSource({"true,false", "false,true"})
  void poolingIsTakenFromSentenceTransformers(boolean mean, boolean cls) throws IOException {
    EncoderFixtures.network(folder, "tiny.onnx");
    Files.createDirectory(folder.resolve("1_Pooling"));
    Files.writeString(
        folder.resolve("1_Pooling/config.json"),
        "{\"pooling_mode_mean_tokens\":%s,\"pooling_mode_cls_token\":%s}".formatted(mean, cls));
    assertVectors(mean ? golden.mean() : golden.cls());
  }

  @Test
  void aTextLongerThanTheNetworkIsCut() throws IOException {
    EncoderFixtures.network(folder, "tiny.pt");
    try (Encoder encoder = EncoderSource.open(folder)) {
      float[][] vectors =
          encoder.encode(List.of("drum ".repeat(62), "drum ".repeat(63), "drum ".repeat(20_000)));
      assertThat(vectors[1]).containsExactly(vectors[0], within(1e-6f));
      assertThat(vectors[2]).containsExactly(vectors[0], within(1e-6f));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny.pt", "tiny.onnx"})
  void aDamagedNetworkIsRefused(String file) throws IOException {
    EncoderFixtures.network(folder, file);
    byte[] bytes = Files.readAllBytes(folder.resolve(file));
    Files.write(folder.resolve(file), java.util.Arrays.copyOf(bytes, bytes.length / 2));
    refused(file);
    Files.writeString(folder.resolve(file), "junk");
    refused("cannot be run");
  }

  @Test
  void anOutputThatIsNotThereIsRefused() throws IOException {
    EncoderFixtures.network(folder, "tiny.onnx");
    Files.writeString(folder.resolve("encoder.json"), "{\"output\": \"logits\"}");
    refused("has no output logits; it has [last_hidden_state]");
  }

  @Test
  void filesThatChangedAreNotStored() throws IOException {
    EncoderFixtures.network(folder, "tiny.onnx");
    try (Encoder encoder = EncoderSource.open(folder)) {
      Files.writeString(folder.resolve("tokenizer.json"), "{}");
      Path target = Files.createDirectory(folder.resolve("target"));
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> encoder.save(target))
          .withMessageContaining("has changed");
    }
  }

  private void refused(String message) {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> EncoderSource.open(folder))
        .withMessageContaining(folder.toString())
        .withMessageContaining(message);
  }
}

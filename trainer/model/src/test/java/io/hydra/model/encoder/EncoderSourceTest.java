package io.hydra.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncoderSourceTest {
  @TempDir private Path folder;

  private void refused(Path path, String... messages) {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> EncoderSource.open(path))
        .withMessageContaining(path.toString())
        .satisfies(e -> assertThat(e.getMessage()).contains(messages));
  }

  @Test
  void aFolderWithoutAnEncoderIsToldWhatItLacks() throws IOException {
    refused(folder.resolve("nowhere"), "does not exist");
    refused(folder, "no model", "Found: nothing", "Needed: tokenizer.json");
    Files.createFile(folder.resolve("pytorch_model.bin"));
    refused(folder, "no model", "Found: pytorch_model.bin", "model.onnx");
    EncoderFixtures.copy("tiny.onnx", folder.resolve("model.onnx"));
    refused(folder, "tokenizer.json is missing", "model.onnx, pytorch_model.bin");
  }

  @Test
  void aNetworksWeightsAloneAreNotAnEncoder() throws IOException {
    EncoderFixtures.wordLevelTokenizer(folder);
    EncoderFixtures.safetensors(
        folder.resolve("model.safetensors"),
        "{\"bert.pooler.weight\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[0,1]}}",
        new byte[1]);
    refused(folder, "a network's weights (bert.pooler.weight", "export");
    // A clone of a model's repository holds the ONNX form below.
    Files.createDirectory(folder.resolve("onnx"));
    EncoderFixtures.copy("tiny.onnx", folder.resolve("onnx/model.onnx"));
    Files.delete(folder.resolve("tokenizer.json"));
    EncoderFixtures.copy("tokenizer.json", folder.resolve("tokenizer.json"));
    try (Encoder encoder = EncoderSource.open(folder)) {
      assertThat(encoder.dimensions()).isEqualTo(8);
    }
  }

  @Test
  void staticVectorsComeBeforeAnOnnxFormBelow() throws IOException {
    EncoderFixtures.staticModel(folder);
    Files.createDirectory(folder.resolve("onnx"));
    EncoderFixtures.copy("tiny.onnx", folder.resolve("onnx/model.onnx"));
    try (Encoder encoder = EncoderSource.open(folder)) {
      assertThat(encoder.dimensions()).isEqualTo(EncoderFixtures.STATIC_DIMENSIONS);
    }
  }

  @Test
  void severalModelsNeedAName() throws IOException {
    EncoderFixtures.network(folder, "tiny.onnx");
    EncoderFixtures.copy("tiny.pt", folder.resolve("tiny.pt"));
    refused(folder, "tiny.onnx, tiny.pt", "keep one", "encoder.json");
    Path named = folder.resolve("tiny.pt");
    try (Encoder encoder = EncoderSource.open(named.toString())) {
      assertThat(encoder.encode(List.of("good"))).hasDimensions(1, 8);
    }
    Files.writeString(
        folder.resolve("encoder.json"), "{\"model\": \"tiny.onnx\", \"maxTokens\": 64}");
    EncoderSource.open(folder).close();
  }

  @Test
  void settingsAreChecked() throws IOException {
    EncoderFixtures.network(folder, "tiny.onnx");
    Path settings = folder.resolve("encoder.json");
    Files.writeString(settings, "{\"poling\": \"cls\"}");
    refused(folder, "no key `poling`", "pooling");
    Files.writeString(settings, "{\"pooling\": \"max\"}");
    refused(folder, "encoder.json", "max", "[cls, mean]");
    Files.writeString(settings, "{\"format\": 2}");
    refused(folder, "has format 2, this program reads 1");
    Files.writeString(settings, "{\"maxTokens\": 0}");
    refused(folder, "maxTokens");
    Files.writeString(settings, "{\"model\": \"../tiny.onnx\"}");
    refused(folder, "in the folder");
    Files.writeString(settings, "{\"model\": \"absent.onnx\"}");
    refused(folder, "absent.onnx is missing");
    Files.writeString(settings, "{\"kind\": \"static\"}");
    refused(folder, "not a model of a kind");
    Files.writeString(settings, "{\"kind\": \"built-in\"}");
    refused(folder, "buckets");
    Files.writeString(settings, "null");
    refused(folder, "must hold an object");
    Files.writeString(settings, "junk");
    refused(folder, "encoder.json");
  }

  @Test
  void aUrlIsNotAPath() {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> EncoderSource.open("https://example.org/encoder"))
        .withMessageContaining("downloaded first");
  }
}

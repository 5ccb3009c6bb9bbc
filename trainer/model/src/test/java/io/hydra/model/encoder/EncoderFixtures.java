package io.hydra.model.encoder;

import io.hydra.model.encoder.BuiltInEncoder.EncoderShape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Small encoders of every kind, made by this project, in folders of the test's own. */
public final class EncoderFixtures {
  /** Tokens of the static model; the first two are not words. */
  static final List<String> WORDS = List.of("[PAD]", "[UNK]", "good", "bad", "drum", "東京", "🎸");

  static final int STATIC_DIMENSIONS = 3;

  private EncoderFixtures() {}

  /** Model2Vec's layout without weights and mapping: row i is (i, 1, -i / 2). */
  public static Path staticModel(Path folder) throws IOException {
    Files.createDirectories(folder);
    wordLevelTokenizer(folder);
    ByteBuffer data = littleEndian(WORDS.size() * STATIC_DIMENSIONS * Float.BYTES);
    for (int i = 0; i < WORDS.size(); i++) {
      data.putFloat(i).putFloat(1).putFloat(-i / 2f);
    }
    safetensors(
        folder.resolve("model.safetensors"),
        "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[%d,3],\"data_offsets\":[0,%d]}}"
            .formatted(WORDS.size(), data.capacity()),
        data.array());
    return folder;
  }

  static void wordLevelTokenizer(Path folder) throws IOException {
    String vocabulary =
        IntStream.range(0, WORDS.size())
            .mapToObj(i -> "\"%s\":%d".formatted(WORDS.get(i), i))
            .collect(Collectors.joining(","));
    Files.writeString(
        folder.resolve("tokenizer.json"),
        """
        {"version":"1.0","truncation":null,"padding":null,"added_tokens":[],
         "normalizer":{"type":"Lowercase"},"pre_tokenizer":{"type":"WhitespaceSplit"},
         "post_processor":null,"decoder":null,
         "model":{"type":"WordLevel","unk_token":"[UNK]","vocab":{%s}}}
        """
            .formatted(vocabulary));
  }

  static void safetensors(Path file, String header, byte[] data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(littleEndian(Long.BYTES).putLong(json.length).array());
    out.write(json);
    out.write(data);
    Files.write(file, out.toByteArray());
  }

  static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A network of make_tiny_encoder.py with its tokenizer; it knows 64 positions. */
  static Path network(Path folder, String file) throws IOException {
    Files.createDirectories(folder);
    copy("tokenizer.json", folder.resolve("tokenizer.json"));
    copy(file, folder.resolve(file));
    Files.writeString(folder.resolve("encoder.json"), "{\"maxTokens\": 64}");
    return folder;
  }

  static void copy(String resource, Path file) throws IOException {
    try (InputStream in = resource(resource)) {
      long unused = Files.copy(in, file);
    }
  }

  static InputStream resource(String name) {
    return EncoderFixtures.class.getResourceAsStream("tiny/" + name);
  }

  static Path builtIn(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (BuiltInEncoder encoder = BuiltInEncoder.initialize(new EncoderShape(500, 8), 1)) {
      encoder.save(folder);
    }
    return folder;
  }

  /** The folder {@code shared/data} beside the repository, where there is one. */
  static Optional<Path> sharedData() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path data = at.resolve("shared/data");
      if (Files.isDirectory(data)) {
        return Optional.of(data);
      }
    }
    return Optional.empty();
  }
}

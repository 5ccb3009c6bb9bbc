package io.hydra.evaluation.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydra.model.encoder.Encoder;
import io.hydra.schemas.config.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * An encoder whose vectors are kept in a file: folds, seeds and later runs ask for the same texts,
 * at milliseconds each. Texts are encoded one by one. Open to the end of the process, and used by
 * one at a time. Thread-safe.
 */
public final class CachedEncoder implements Encoder {
  private static final int KEY_BYTES = 16;

  private final Encoder encoder;
  private final FileChannel file;
  private final Map<String, float[]> vectors = new ConcurrentHashMap<>();

  /**
   * @param encoder then this one's
   * @param cache folder of vectors, made where it is missing
   */
  public CachedEncoder(Encoder encoder, Path cache) throws IOException {
    this.encoder = encoder;
    Files.createDirectories(cache);
    this.file =
        FileChannel.open(
            cache.resolve(fingerprint(encoder, cache) + ".vectors"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    read();
  }

  /** Of all that the encoder is: another one has other vectors. */
  private static String fingerprint(Encoder encoder, Path cache) throws IOException {
    Path saved = Files.createTempDirectory(cache, "encoder");
    try {
      encoder.save(saved);
      MessageDigest digest = Sha256.digest();
      for (Path file : list(saved)) {
        digest.update(file.getFileName().toString().getBytes(UTF_8));
        digest.update(Files.readAllBytes(file));
      }
      return HexFormat.of().formatHex(digest.digest(), 0, KEY_BYTES / 2);
    } finally {
      for (Path file : list(saved)) {
        Files.delete(file);
      }
      Files.delete(saved);
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  /** Reads the whole records; a last one that an interrupted run left in part is written over. */
  private void read() throws IOException {
    int record = KEY_BYTES + dimensions() * Float.BYTES;
    long whole = file.size() / record;
    ByteBuffer buffer = ByteBuffer.allocate(record);
    for (long i = 0; i < whole; i++) {
      buffer.clear();
      while (buffer.hasRemaining() && file.read(buffer, i * record + buffer.position()) >= 0) {}
      buffer.flip();
      byte[] key = new byte[KEY_BYTES];
      buffer.get(key);
      float[] vector = new float[dimensions()];
      buffer.asFloatBuffer().get(vector);
      vectors.put(HexFormat.of().formatHex(key), vector);
    }
    file.truncate(whole * record);
    file.position(whole * record);
  }

  @Override
  public int dimensions() {
    return encoder.dimensions();
  }

  @Override
  public float[][] encode(List<String> texts) {
    return texts.stream().map(this::encode).toArray(float[][]::new);
  }

  /** Never kept: they are two hundred times as long. */
  @Override
  public Map<String, float[]> wordStates(String text) {
    return encoder.wordStates(text);
  }

  private float[] encode(String text) {
    byte[] key = Sha256.of(text);
    String name = HexFormat.of().formatHex(key, 0, KEY_BYTES);
    return Optional.ofNullable(vectors.get(name))
        .orElseGet(
            () -> {
              float[] vector = encoder.encode(List.of(text))[0];
              if (vectors.putIfAbsent(name, vector) == null) {
                append(key, vector);
              }
              return vector;
            });
  }

  private synchronized void append(byte[] key, float[] vector) {
    ByteBuffer record = ByteBuffer.allocate(KEY_BYTES + vector.length * Float.BYTES);
    record.put(key, 0, KEY_BYTES);
    for (float v : vector) {
      record.putFloat(v);
    }
    record.flip();
    try {
      while (record.hasRemaining()) {
        int unused = file.write(record);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("vectors cannot be kept", e);
    }
  }

  @Override
  public void save(Path folder) throws IOException {
    encoder.save(folder);
  }

  /** Does nothing: each base closes the encoder that it is made with, and the next one needs it. */
  @Override
  public void close() {}
}

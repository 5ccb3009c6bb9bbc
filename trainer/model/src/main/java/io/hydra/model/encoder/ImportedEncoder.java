package io.hydra.model.encoder;

import io.hydra.model.encoder.EncoderSource.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An encoder that was exported elsewhere, with its tokenizer. A base takes along the files that it
 * was opened from, as they are, and refuses them if they are no longer what was opened.
 */
abstract class ImportedEncoder implements Encoder {
  private static final List<String> EXTERNAL_DATA = List.of("_data", ".data");

  final EncoderSettings settings;
  final TextTokenizer tokenizer;
  private final Map<Path, Stamp> stamps;

  /**
   * @param charactersPerToken the characters read for each token; the rest is not even tokenized
   * @param special whether the tokenizer adds the special tokens that its file asks for
   */
  ImportedEncoder(
      Layout layout, EncoderSettings settings, int charactersPerToken, boolean special) {
    this.settings = settings;
    this.stamps = layout.stamps();
    int tokens = settings.tokens();
    long characters = Math.min(Integer.MAX_VALUE, (long) tokens * charactersPerToken);
    this.tokenizer = TextTokenizer.open(layout.tokenizer(), tokens, (int) characters, special);
  }

  /** The identity of a file's content, as far as size and time tell. */
  record Stamp(long size, FileTime modified) {
    static Stamp of(Path file) throws IOException {
      return new Stamp(Files.size(file), Files.getLastModifiedTime(file));
    }

    /** Of model, tokenizer and the network's external data; to be taken before they are read. */
    static Map<Path, Stamp> all(Path model, Path tokenizer) throws IOException {
      Map<Path, Stamp> stamps = new LinkedHashMap<>();
      stamps.put(model, of(model));
      stamps.put(tokenizer, of(tokenizer));
      for (String suffix : EXTERNAL_DATA) {
        Path data = model.resolveSibling(model.getFileName() + suffix);
        if (Files.isRegularFile(data)) {
          stamps.put(data, of(data));
        }
      }
      return stamps;
    }
  }

  /** The vector of length one in the same direction; zero if there is no direction. */
  static float[] unit(double[] vector) {
    double square = 0;
    for (double v : vector) {
      square += v * v;
    }
    float[] unit = new float[vector.length];
    if (square > 0 && Double.isFinite(square)) {
      double length = Math.sqrt(square);
      for (int i = 0; i < unit.length; i++) {
        unit[i] = (float) (vector[i] / length);
      }
    }
    return unit;
  }

  @Override
  public void save(Path folder) throws IOException {
    settings.write(folder);
    for (Map.Entry<Path, Stamp> entry : stamps.entrySet()) {
      Path file = entry.getKey();
      Files.copy(file, folder.resolve(file.getFileName().toString()));
      if (!Stamp.of(file).equals(entry.getValue())) {
        throw new IOException(file + " has changed since it was opened; start again");
      }
    }
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}

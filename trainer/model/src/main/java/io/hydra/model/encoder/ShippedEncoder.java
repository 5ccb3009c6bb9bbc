package io.hydra.model.encoder;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The pretrained encoder that ships with the project: all-MiniLM-L6-v2, quantized, as ONNX. The
 * build unpacks it from Maven Central, so nothing is downloaded when it runs. It lies in the class
 * path and is run from files, which are there while it is open.
 */
public final class ShippedEncoder implements Encoder {
  /** The build renames nothing: the files are called as in the jar they come from. */
  private static final String NAME = "all-minilm-l6-v2-q";

  private static final String MODEL = NAME + ".onnx";
  private static final String TOKENIZER = NAME + "-tokenizer.json";

  /** As many as its authors trained it with. */
  private static final String SETTINGS = "{\"format\": 1, \"maxTokens\": 256}";

  private static final List<String> FILES =
      List.of("model.onnx", "tokenizer.json", EncoderSettings.FILE);

  private final Encoder encoder;
  private final Path folder;

  private ShippedEncoder(Encoder encoder, Path folder) {
    this.encoder = encoder;
    this.folder = folder;
  }

  /**
   * Opens it.
   *
   * @return empty if this build was made without it
   */
  public static Optional<Encoder> open() {
    if (name().isEmpty()) {
      return Optional.empty();
    }
    Path folder = null;
    try {
      folder = Files.createTempDirectory("hydra-encoder");
      deleteAtExit(folder);
      copy(MODEL, folder.resolve("model.onnx"));
      copy(TOKENIZER, folder.resolve("tokenizer.json"));
      Files.writeString(folder.resolve(EncoderSettings.FILE), SETTINGS);
      return Optional.of(new ShippedEncoder(EncoderSource.open(folder), folder));
    } catch (IOException e) {
      delete(folder);
      throw new UncheckedIOException("the shipped encoder cannot be unpacked", e);
    } catch (RuntimeException e) {
      delete(folder);
      throw e;
    }
  }

  /** The name of the network; empty if this build was made without it. */
  public static Optional<String> name() {
    return ShippedEncoder.class.getResource(MODEL) == null ? Optional.empty() : Optional.of(NAME);
  }

  private static void copy(String resource, Path file) throws IOException {
    try (InputStream in = ShippedEncoder.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException(resource + " is missing in the class path; build again");
      }
      long unused = Files.copy(in, file);
    }
  }

  @Override
  public int dimensions() {
    return encoder.dimensions();
  }

  @Override
  public float[][] encode(List<String> texts) {
    return encoder.encode(texts);
  }

  @Override
  public Map<String, float[]> wordStates(String text) {
    return encoder.wordStates(text);
  }

  @Override
  public void save(Path target) throws IOException {
    encoder.save(target);
  }

  @Override
  public void close() {
    encoder.close();
    delete(folder);
  }

  /** For a program that is stopped; the folder is named first, since the last named goes first. */
  private static void deleteAtExit(Path folder) {
    folder.toFile().deleteOnExit();
    FILES.forEach(name -> folder.resolve(name).toFile().deleteOnExit());
  }

  private static void delete(Path folder) {
    if (folder == null) {
      return;
    }
    try {
      for (String name : FILES) {
        Files.deleteIfExists(folder.resolve(name));
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // It lies among temporary files, which others will clear away.
    }
  }
}

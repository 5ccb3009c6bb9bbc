package io.hydra.model.encoder;

import io.hydra.model.encoder.EncoderSettings.EncoderKind;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Opens an encoder of any kind from local files. Which files: {@link EncoderLayout}. */
public final class EncoderSource {
  private EncoderSource() {}

  /**
   * @param path a folder, or a model's file with its tokenizer.json beside it
   * @throws UserException if no encoder can be opened; the message says what is needed
   */
  public static Encoder open(String path) {
    if (path.contains("://")) {
      throw new UserException(
          "%s: is a URL; it must be downloaded first, and the folder opened".formatted(path));
    }
    try {
      return open(Path.of(path));
    } catch (InvalidPathException e) {
      throw new UserException("%s: is not a path".formatted(path), e);
    }
  }

  /**
   * @param path a folder, or a model's file with its tokenizer.json beside it
   * @throws UserException if no encoder can be opened; the message says what is needed
   */
  public static Encoder open(Path path) {
    if (!Files.exists(path)) {
      throw new UserException(
          "%s: does not exist; name a folder that holds an encoder".formatted(path));
    }
    boolean isFolder = Files.isDirectory(path);
    Path folder = isFolder ? path : path.toAbsolutePath().getParent();
    EncoderSettings settings = EncoderSettings.read(folder);
    try {
      if (settings.kind() == EncoderKind.BUILT_IN) {
        return BuiltInEncoder.open(folder, settings);
      }
      Optional<Path> model = isFolder ? Optional.empty() : Optional.of(path.toAbsolutePath());
      EncoderLayout layout = EncoderLayout.of(folder, model, settings);
      return layout.kind() == EncoderKind.STATIC
          ? StaticEncoder.open(layout)
          : TransformerEncoder.open(layout);
    } catch (IOException e) {
      throw new UserException(
          "%s: cannot be read (%s); copy it again".formatted(folder, e.getMessage()), e);
    }
  }
}

package io.hydra.ingest.gateway.auth;

import io.hydra.runtime.file.WatchedFile;
import io.hydra.schemas.config.UserException;
import java.nio.file.Path;

/** The file of keys: a key is added, taken back or replaced without a restart. Thread-safe. */
public final class KeyFile {
  private final WatchedFile<ApiKeys> file;

  private KeyFile(WatchedFile<ApiKeys> file) {
    this.file = file;
  }

  /**
   * Opens the file.
   *
   * @throws UserException if it cannot be read, or holds something else
   */
  public static KeyFile open(Path file) {
    return new KeyFile(WatchedFile.open(file, "API keys", ApiKeys::parse));
  }

  public ApiKeys keys() {
    return file.content();
  }

  /** Reads the file again if its content is another. */
  public void refresh() {
    file.refresh();
  }
}

package io.hydra.ingest.gateway.auth;

import io.hydra.runtime.retry.Outage;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The keys of a file, read again when it changes: a key is added, taken back or replaced without a
 * restart. While the file cannot be read the keys from before go on to be accepted. Thread-safe.
 */
public final class KeyFile {
  private final Path file;
  private final Outage unreadable = new Outage("the file of API keys");
  private String content;
  private volatile ApiKeys keys;

  private KeyFile(Path file, String content, ApiKeys keys) {
    this.file = file;
    this.content = content;
    this.keys = keys;
  }

  /**
   * Opens the file.
   *
   * @throws UserException if it cannot be read, or holds something else
   */
  public static KeyFile open(Path file) {
    try {
      String content = Files.readString(file);
      return new KeyFile(file, content, ApiKeys.parse(content));
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "%s cannot be used as the file of API keys: %s".formatted(file, reason(e)), e);
    }
  }

  public ApiKeys keys() {
    return keys;
  }

  /** Reads the file again if its content is another. */
  public synchronized void refresh() {
    try {
      String now = Files.readString(file);
      if (!now.equals(content)) {
        keys = ApiKeys.parse(now);
        content = now;
      }
      unreadable.ended();
    } catch (IOException | IllegalArgumentException e) {
      unreadable.began(file + ": " + reason(e) + "; the keys from before are accepted");
    }
  }

  private static String reason(Exception e) {
    return e instanceof IOException ? "it cannot be read" : e.getMessage();
  }
}

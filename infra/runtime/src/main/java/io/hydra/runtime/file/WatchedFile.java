package io.hydra.runtime.file;

import io.hydra.runtime.retry.Outage;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;

/**
 * The content of a file, read again when it changes, without a restart. While the file cannot be
 * read, its last content stands. Thread-safe.
 */
public final class WatchedFile<T> {
  /** The pause between two looks for a change. */
  public static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Path file;
  private final Function<String, T> parser;
  private final Outage unreadable;
  private String text;
  private volatile T content;

  private WatchedFile(Path file, String text, Function<String, T> parser, Outage unreadable) {
    this.file = file;
    this.parser = parser;
    this.unreadable = unreadable;
    this.text = text;
    this.content = parser.apply(text);
  }

  /**
   * Opens the file.
   *
   * @param what it is of, in the plural, as "API keys"
   * @param parser throws {@link IllegalArgumentException} for a text that holds something else
   * @throws UserException if it cannot be read, or holds something else
   */
  public static <T> WatchedFile<T> open(Path file, String what, Function<String, T> parser) {
    try {
      return new WatchedFile<>(
          file, Files.readString(file), parser, new Outage("the file of " + what));
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "%s cannot be used as the file of %s: %s".formatted(file, what, reason(e)), e);
    }
  }

  public T content() {
    return content;
  }

  /** Reads the file again if its text is another. */
  public synchronized void refresh() {
    try {
      String now = Files.readString(file);
      if (!now.equals(text)) {
        content = parser.apply(now);
        text = now;
      }
      unreadable.ended();
    } catch (IOException | IllegalArgumentException e) {
      unreadable.began(file + ": " + reason(e) + "; what it held before holds");
    }
  }

  private static String reason(Exception e) {
    return e instanceof IOException ? "it cannot be read" : e.getMessage();
  }
}

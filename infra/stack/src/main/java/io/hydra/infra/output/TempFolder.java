package io.hydra.infra.output;

import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder that only this user can read, for as long as one command runs. */
public final class TempFolder {
  private TempFolder() {}

  /**
   * @throws UserException if it cannot be made
   */
  public static Path create() {
    try {
      return Files.createTempDirectory("hydra-");
    } catch (IOException e) {
      throw new UserException(
          "no temporary folder can be made in %s: %s; name another with TMPDIR"
              .formatted(System.getProperty("java.io.tmpdir"), e.getMessage()),
          e);
    }
  }

  /** Removes it as far as possible; the system's own cleaning takes the rest. */
  public static void remove(Path folder) {
    List<Path> deepestFirst;
    try (Stream<Path> paths = Files.walk(folder)) {
      deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
    } catch (IOException gone) {
      return;
    }
    for (Path path : deepestFirst) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException left) {
        // Must not hide how the command ended.
      }
    }
  }
}

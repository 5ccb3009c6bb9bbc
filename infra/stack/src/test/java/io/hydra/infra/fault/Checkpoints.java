package io.hydra.infra.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The stream processor's checkpoints as they lie on disk: {@code JOB/chk-N}, with {@code _metadata}
 * in it once complete.
 */
final class Checkpoints {
  private final Path folder;

  Checkpoints(Path folder) {
    this.folder = folder;
  }

  /** Those that were begun and are not complete; the latest of each job at most. */
  Set<Path> underWay() {
    Set<Path> underWay = new HashSet<>();
    for (Path job : children(folder)) {
      Set<Path> checkpoints =
          children(job).stream()
              .filter(child -> child.getFileName().toString().startsWith("chk-"))
              .collect(Collectors.toSet());
      // While one is being deleted, a later one is complete.
      long complete =
          checkpoints.stream()
              .filter(c -> !isUnderWay(c))
              .mapToLong(Checkpoints::number)
              .max()
              .orElse(0);
      checkpoints.stream()
          .filter(checkpoint -> number(checkpoint) > complete && isUnderWay(checkpoint))
          .forEach(underWay::add);
    }
    return underWay;
  }

  /** The greatest number of all. */
  long latest() {
    return children(folder).stream()
        .flatMap(job -> children(job).stream())
        .filter(child -> child.getFileName().toString().startsWith("chk-"))
        .mapToLong(Checkpoints::number)
        .max()
        .orElse(0);
  }

  /** Tells whether {@code checkpoint} was begun, and neither completed nor given up. */
  static boolean isUnderWay(Path checkpoint) {
    return Files.isDirectory(checkpoint) && !Files.exists(checkpoint.resolve("_metadata"));
  }

  private static long number(Path checkpoint) {
    return Long.parseLong(checkpoint.getFileName().toString().substring("chk-".length()));
  }

  private static Set<Path> children(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.collect(Collectors.toSet());
    } catch (NoSuchFileException | NotDirectoryException gone) {
      return Set.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

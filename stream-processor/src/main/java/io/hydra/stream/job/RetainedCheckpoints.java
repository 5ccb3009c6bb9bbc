package io.hydra.stream.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the checkpoint that a local run resumes from, under {@code <directory>/<job
 * id>/chk-<n>/_metadata}. Flink writes the metadata last and under another name until it is whole,
 * so where it exists the checkpoint is complete. A resumed job goes on counting, so the greatest n
 * is the latest; after a start from nothing, beside old checkpoints, the time of writing decides
 * between equals.
 */
final class RetainedCheckpoints {
  private static final Pattern CHECKPOINT = Pattern.compile("chk-(\\d{1,18})");
  private static final String METADATA = "_metadata";
  private static final int DEPTH = 3;

  private RetainedCheckpoints() {}

  /**
   * The latest complete checkpoint, or empty if there is none.
   *
   * @throws IOException if the directory cannot be read
   */
  static Optional<Path> latest(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.walk(directory, DEPTH)) {
      return files
          .filter(file -> file.endsWith(METADATA))
          .map(Path::getParent)
          .filter(checkpoint -> number(checkpoint) >= 0)
          .max(
              Comparator.comparingLong(RetainedCheckpoints::number)
                  .thenComparingLong(checkpoint -> writtenAt(checkpoint)));
    }
  }

  private static long number(Path checkpoint) {
    Matcher matcher = CHECKPOINT.matcher(checkpoint.getFileName().toString());
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
  }

  private static long writtenAt(Path checkpoint) {
    return checkpoint.resolve(METADATA).toFile().lastModified();
  }
}

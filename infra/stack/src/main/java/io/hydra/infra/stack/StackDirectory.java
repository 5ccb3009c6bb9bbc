package io.hydra.infra.stack;

import io.hydra.infra.output.PrivateFiles;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The folder of a stack: its data, logs and records, closed to other users of the machine. */
public final class StackDirectory {
  private static final String RUNS = "run";
  private static final String SERVED_BASE = "served-base";

  /** A stack's folder holds one of these: its records, or the folder of a demo. */
  private static final List<String> MARKS = List.of(RUNS, "demo");

  private StackDirectory() {}

  /**
   * Makes the folder, or closes it to others.
   *
   * @throws UserException if it cannot be made, or others can read it and it holds no stack
   */
  public static void claim(Path dir) {
    PrivateFiles.claim(dir, MARKS);
  }

  /** Folder of the records of its processes. */
  static Path runs(Path dir) {
    return dir.resolve(RUNS);
  }

  /** Remembers which base the stack serves. */
  static void serve(Path dir, Path base) {
    PrivateFiles.write(dir.resolve(SERVED_BASE), base + "\n");
  }

  /** Empty if none has been served there. */
  static Optional<Path> servedBase(Path dir) {
    try {
      return Optional.of(Path.of(Files.readString(dir.resolve(SERVED_BASE)).strip()));
    } catch (IOException none) {
      return Optional.empty();
    }
  }
}

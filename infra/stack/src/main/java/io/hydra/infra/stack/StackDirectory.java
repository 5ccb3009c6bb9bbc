package io.hydra.infra.stack;

import io.hydra.infra.PrivateFiles;
import io.hydra.infra.StackException;
import java.nio.file.Path;
import java.util.List;

/** The folder of a stack: its data, logs and records, closed to other users of the machine. */
public final class StackDirectory {
  private static final String RUNS = "run";

  /** A stack's folder holds one of these: its records, or the folder of a demo. */
  private static final List<String> MARKS = List.of(RUNS, "demo");

  private StackDirectory() {}

  /**
   * Makes the folder, or closes it to others.
   *
   * @throws StackException if it cannot be made, or others can read it and it holds no stack
   */
  public static void claim(Path dir) {
    PrivateFiles.claim(dir, MARKS);
  }

  /** Where the records of its processes are. */
  static Path runs(Path dir) {
    return dir.resolve(RUNS);
  }
}

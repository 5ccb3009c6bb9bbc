package io.hydra.infra.supervise;

import io.hydra.infra.Json;
import io.hydra.infra.PrivateFiles;
import io.hydra.infra.StackException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The command line and environment of each component, to start it again as it was started.
 *
 * @param firstPauseMillis before a component that has just ended is started again
 * @param longestPauseMillis the pause doubles up to this, while the component does not stay up
 */
public record Plan(List<Entry> components, long firstPauseMillis, long longestPauseMillis) {
  private static final String FILE = "plan.json";

  /**
   * One component.
   *
   * @param environment over the supervisor's own
   * @param withheld variables of the supervisor that it must not see
   */
  public record Entry(
      String name, List<String> command, Map<String, String> environment, Set<String> withheld) {}

  public Plan {
    components = List.copyOf(components);
  }

  /** Readable by its owner alone: environments hold passwords. */
  void save(Path folder) {
    PrivateFiles.write(folder.resolve(FILE), Json.write(this) + "\n");
  }

  /** Does nothing where there is none. */
  static void remove(Path folder) {
    try {
      Files.deleteIfExists(folder.resolve(FILE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws StackException if there is none
   */
  static Plan load(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      return Json.read(file, Plan.class);
    } catch (IOException e) {
      throw new StackException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }
}

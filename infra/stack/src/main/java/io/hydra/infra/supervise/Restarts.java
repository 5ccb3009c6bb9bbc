package io.hydra.infra.supervise;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.hydra.infra.Json;
import io.hydra.infra.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The supervisor's account of one component since {@code up}.
 *
 * @param count how often it was started again
 * @param lastExitCode of the process that ended last; null if none has, or if the supervisor was
 *     not its parent: those that {@code up} started
 * @param lastEndedAt milliseconds since the epoch; null if it has never ended
 * @param nextStartAt milliseconds since the epoch; null unless it waits to be started again
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Restarts(
    String name, int count, Integer lastExitCode, Long lastEndedAt, Long nextStartAt) {
  private static final String FILE = "restarts.json";

  static Restarts none(String name) {
    return new Restarts(name, 0, null, null, null);
  }

  static void save(Path folder, List<Restarts> all) {
    PrivateFiles.write(folder.resolve(FILE), Json.write(all) + "\n");
  }

  /** Removes the account of an earlier supervisor, which is not about the next one's processes. */
  static void forget(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(FILE));
  }

  /** Empty where no supervisor has been. */
  static List<Restarts> load(Path folder) {
    try {
      return List.of(Json.read(folder.resolve(FILE), Restarts[].class));
    } catch (IOException none) {
      return List.of();
    }
  }
}

package io.hydra.infra.supervise;

import io.hydra.infra.output.Json;
import io.hydra.infra.output.PrivateFiles;
import io.hydra.infra.process.JavaCommand;
import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.process.ProcessStarter;
import io.hydra.infra.process.RunDirectory;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The supervisor as others see it: started once a stack is up, found by its record, stopped. */
public final class SupervisorProcess {
  public static final String NAME = "supervisor";

  private static final String MODULE = "infra/stack";
  private static final int HEAP_MIB = 32;
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Path stack;
  private final RunDirectory records;

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

    static Plan load(Path folder) {
      Path file = folder.resolve(FILE);
      try {
        return Json.read(file, Plan.class);
      } catch (IOException e) {
        throw new UserException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
      }
    }
  }

  public SupervisorProcess(Path stack) {
    this.stack = stack;
    this.records = new RunDirectory(folder(stack).resolve("run"));
  }

  static Path folder(Path stack) {
    return stack.resolve(NAME);
  }

  /**
   * Starts it, detached.
   *
   * @param components folder of the components' records
   * @throws UserException if it cannot be started
   */
  public ManagedProcess start(Path home, Path components, Plan plan) {
    Path folder = folder(stack);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UserException("%s cannot be created: %s".formatted(folder, e.getMessage()), e);
    }
    Restarts.remove(folder);
    // Readable by its owner alone: environments hold passwords.
    PrivateFiles.write(folder.resolve(Plan.FILE), Json.write(plan) + "\n");
    List<String> command =
        new JavaCommand(HEAP_MIB)
            .archive(JavaCommand.target(home, MODULE))
            .flags("-XX:TieredStopAtLevel=1", "-Xss256k")
            .main(
                JavaCommand.copyClasspath(home, MODULE, stack.resolve("lib").resolve(NAME)),
                Supervisor.class.getName(),
                List.of(stack.toString(), components.toString()));
    return new ProcessStarter(stack, records, Clock.systemUTC())
        .start(NAME, command, Map.of("MALLOC_ARENA_MAX", "1"), Set.of());
  }

  /** Dead or alive; empty if none was started, or it was stopped. */
  public Optional<ManagedProcess> find() {
    return records.processes().stream().findFirst();
  }

  public boolean isAlive() {
    return !records.alive().isEmpty();
  }

  /** Its account of each component, also if it is dead by now. */
  public List<Restarts.Account> restarts() {
    return find().isPresent() ? Restarts.load(folder(stack)) : List.of();
  }

  /** Ends it, if there is one; returns when it is gone, and its plan with the secrets in it. */
  public void stop() throws InterruptedException {
    for (ManagedProcess process : records.processes()) {
      process.stop(GRACE);
      records.remove(process.name());
    }
    PrivateFiles.delete(folder(stack).resolve(Plan.FILE));
  }
}

package io.hydra.infra.supervise;

import io.hydra.infra.StackException;
import io.hydra.infra.process.JavaCommand;
import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.process.ModuleClasspath;
import io.hydra.infra.process.ProcessStarter;
import io.hydra.infra.process.RunDirectory;
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
   * @param stack the stack's folder
   */
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
   * @param home the project's top folder
   * @param components folder of the components' records
   * @throws StackException if it cannot be started
   */
  public ManagedProcess start(Path home, Path components, Plan plan) {
    try {
      Files.createDirectories(folder(stack));
      Restarts.forget(folder(stack));
    } catch (IOException e) {
      throw new StackException(
          "%s cannot be created: %s".formatted(folder(stack), e.getMessage()), e);
    }
    plan.save(folder(stack));
    String classpath = new ModuleClasspath(home).copied(MODULE, stack.resolve("lib").resolve(NAME));
    List<String> command =
        new JavaCommand(HEAP_MIB)
            .flags("-XX:TieredStopAtLevel=1", "-Xss256k")
            .main(
                classpath,
                SupervisorMain.class.getName(),
                List.of(stack.toString(), components.toString()));
    return new ProcessStarter(stack, records, Clock.systemUTC())
        .start(NAME, command, Map.of("MALLOC_ARENA_MAX", "1"), Set.of());
  }

  /** Dead or alive; empty if none was started, or it was stopped. */
  public Optional<ManagedProcess> find() {
    return records.processes().stream().findFirst();
  }

  /** True while one is at work. */
  public boolean isAlive() {
    return !records.alive().isEmpty();
  }

  /** Its account of each component, also if it is dead by now. */
  public List<Restarts> restarts() {
    return find().isPresent() ? Restarts.load(folder(stack)) : List.of();
  }

  /** Ends it, if there is one; returns when it is gone, and its plan with the secrets in it. */
  public void stop() throws InterruptedException {
    for (ManagedProcess process : records.processes()) {
      process.stop(GRACE);
      records.remove(process.name());
    }
    Plan.remove(folder(stack));
  }
}

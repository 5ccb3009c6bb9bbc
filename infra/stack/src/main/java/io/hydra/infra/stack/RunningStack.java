package io.hydra.infra.stack;

import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsLast;

import io.hydra.infra.output.PrivateFiles;
import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.process.RunDirectory;
import io.hydra.infra.supervise.Restarts;
import io.hydra.infra.supervise.SupervisorProcess;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A stack that some launcher started in a folder, found again by the files there. */
public final class RunningStack {
  private static final String RUNS = "run";
  private static final String SERVED_BASE = "served-base";

  /** A stack's folder holds one of these: its records, or the folder of a demo. */
  private static final List<String> MARKS = List.of(RUNS, "demo");

  private final Path dir;
  private final RunDirectory runs;
  private final SupervisorProcess supervisor;

  public RunningStack(Path dir) {
    this.dir = dir.toAbsolutePath().normalize();
    this.runs = new RunDirectory(runs(this.dir));
    this.supervisor = new SupervisorProcess(this.dir);
  }

  /** Every component that was started and not stopped, dead or alive, in the components' order. */
  public List<ManagedProcess> processes() {
    return runs.processes().stream()
        .sorted(
            Comparator.comparing(
                each -> Component.byId(each.name()).orElse(null), nullsLast(naturalOrder())))
        .toList();
  }

  /** True while any of its components is. */
  public boolean isAlive() {
    return !runs.alive().isEmpty();
  }

  /**
   * The addresses at which it can be reached.
   *
   * @throws UserException if no stack runs there
   */
  public Endpoints endpoints() {
    Endpoints endpoints = Endpoints.load(dir).orElseThrow(this::notRunning);
    if (!isAlive()) {
      throw notRunning();
    }
    return endpoints;
  }

  /**
   * Throws if any of it runs.
   *
   * @throws UserException with what to do
   */
  public void requireStopped() {
    if (isAlive() || supervisor.isAlive()) {
      throw new UserException(
          "a stack runs in %s already: hydra down stops it, hydra status shows it, --dir DIR starts another beside it"
              .formatted(dir));
    }
  }

  /** The folders of the bases that it serves: the first one, and the next if there is one. */
  public List<Path> bases() {
    try {
      return Files.readAllLines(dir.resolve(SERVED_BASE)).stream()
          .filter(line -> !line.isBlank())
          .map(Path::of)
          .toList();
    } catch (IOException none) {
      return List.of();
    }
  }

  /** Its supervisor, dead or alive; empty if there is none. */
  public Optional<ManagedProcess> supervisor() {
    return supervisor.find();
  }

  /** The supervisor's account of each component; empty without one. */
  public List<Restarts.Account> restarts() {
    return supervisor.restarts();
  }

  /**
   * Stops all of it, the supervisor first.
   *
   * @return the number of components that were alive
   * @throws UserException if one cannot be ended
   */
  public int stop(Duration grace) throws InterruptedException {
    runs.markStopping();
    supervisor.stop();
    List<ManagedProcess> all = processes();
    int alive = (int) all.stream().filter(ManagedProcess::isAlive).count();
    Endpoints.remove(dir);
    List<ManagedProcess> left = stopServicesFirst(all, runs, grace);
    if (!left.isEmpty()) {
      throw new UserException("still running after SIGKILL: " + left);
    }
    return alive;
  }

  private UserException notRunning() {
    return new UserException("no stack runs in %s: start one with hydra up".formatted(dir));
  }

  /**
   * Stops services while what they need still runs, then the rest: SIGTERM to all of a kind at
   * once, SIGKILL to those left after {@code grace}; forgets those that are gone.
   *
   * @return those that are still there, which takes a process that even SIGKILL does not end
   */
  static List<ManagedProcess> stopServicesFirst(
      List<ManagedProcess> processes, RunDirectory runs, Duration grace)
      throws InterruptedException {
    Map<Boolean, List<ManagedProcess>> byKind =
        processes.stream().collect(Collectors.partitioningBy(RunningStack::isInfrastructure));
    stopTogether(byKind.get(false), grace);
    stopTogether(byKind.get(true), grace);
    List<ManagedProcess> left = processes.stream().filter(ManagedProcess::isAlive).toList();
    processes.stream().filter(p -> !left.contains(p)).forEach(p -> runs.remove(p.name()));
    return left;
  }

  private static void stopTogether(List<ManagedProcess> processes, Duration grace)
      throws InterruptedException {
    processes.forEach(ManagedProcess::terminate);
    long deadline = System.nanoTime() + grace.toNanos();
    for (ManagedProcess process : processes) {
      long left = Math.max(0, deadline - System.nanoTime());
      if (!process.awaitExit(Duration.ofNanos(left))) {
        process.kill();
      }
    }
    for (ManagedProcess process : processes) {
      boolean unused = process.awaitExit(grace);
    }
  }

  private static boolean isInfrastructure(ManagedProcess process) {
    return Component.byId(process.name()).map(Component::isInfrastructure).orElse(false);
  }

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

  /** Remembers which bases the stack serves. */
  static void serve(Path dir, List<Path> bases) {
    PrivateFiles.write(
        dir.resolve(SERVED_BASE),
        bases.stream().map(base -> base + "\n").collect(Collectors.joining()));
  }
}

package io.hydra.infra.stack;

import io.hydra.infra.StackException;
import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.process.RunDirectory;
import io.hydra.infra.supervise.Restarts;
import io.hydra.infra.supervise.SupervisorProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A stack that some launcher started in a folder, found again by what it wrote there. */
public final class RunningStack {
  private final Path dir;
  private final RunDirectory runs;
  private final SupervisorProcess supervisor;

  public RunningStack(Path dir) {
    this.dir = dir.toAbsolutePath().normalize();
    this.runs = new RunDirectory(StackDirectory.runs(this.dir));
    this.supervisor = new SupervisorProcess(this.dir);
  }

  /** Every component that was started and not stopped, dead or alive. */
  public List<ManagedProcess> processes() {
    return runs.processes();
  }

  /** True while any of its components is. */
  public boolean isAlive() {
    return !runs.alive().isEmpty();
  }

  /**
   * Where it can be reached.
   *
   * @throws StackException if no stack runs there
   */
  public Endpoints endpoints() {
    Endpoints endpoints = Endpoints.load(dir).orElseThrow(this::notRunning);
    if (!isAlive()) {
      throw notRunning();
    }
    return endpoints;
  }

  /** The folder of the base that it serves; empty if it serves none. */
  public Optional<Path> base() {
    return StackDirectory.servedBase(dir);
  }

  /** Its supervisor, dead or alive; empty if there is none. */
  public Optional<ManagedProcess> supervisor() {
    return supervisor.find();
  }

  /** The supervisor's account of each component; empty without one. */
  public List<Restarts> restarts() {
    return supervisor.restarts();
  }

  /**
   * Stops all of it, the supervisor first.
   *
   * @return how many components were alive
   * @throws StackException if one cannot be ended
   */
  public int stop(Duration grace) throws InterruptedException {
    runs.markStopping();
    supervisor.stop();
    List<ManagedProcess> all = processes();
    int alive = (int) all.stream().filter(ManagedProcess::isAlive).count();
    Endpoints.remove(dir);
    List<ManagedProcess> left = StopSequence.run(all, runs, grace);
    if (!left.isEmpty()) {
      throw new StackException("still running after SIGKILL: " + left);
    }
    return alive;
  }

  private StackException notRunning() {
    return new StackException("no stack runs in %s: start one with hydra up".formatted(dir));
  }
}

package io.hydra.infra.stack;

import io.hydra.infra.StackException;
import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.process.RunDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A stack that some launcher started in a folder, found again by what it wrote there. */
public final class RunningStack {
  private final Path dir;
  private final RunDirectory runs;

  public RunningStack(Path dir) {
    this.dir = dir.toAbsolutePath().normalize();
    this.runs = new RunDirectory(StackDirectory.runs(this.dir));
  }

  /** Every component that was started and not stopped, dead or alive. */
  public List<ManagedProcess> processes() {
    return runs.processes();
  }

  /**
   * Where it can be reached.
   *
   * @throws StackException if no stack runs there
   */
  public Endpoints endpoints() {
    Endpoints endpoints = Endpoints.load(dir).orElseThrow(this::notRunning);
    if (runs.alive().isEmpty()) {
      throw notRunning();
    }
    return endpoints;
  }

  /**
   * Stops all of it.
   *
   * @return how many components were alive
   * @throws StackException if one cannot be ended
   */
  public int stop(Duration grace) throws InterruptedException {
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

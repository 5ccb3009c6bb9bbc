package io.hydra.infra.supervise;

import io.hydra.infra.StackException;
import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.process.ProcessStarter;
import io.hydra.infra.process.RunDirectory;
import io.hydra.runtime.retry.Backoff;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches the components of one stack; see the package for what holds between it and others. */
final class Supervisor {
  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

  private final Path folder;
  private final RunDirectory runs;
  private final ProcessStarter starter;
  private final List<Watch> watches = new ArrayList<>();
  private boolean closed;
  private boolean untold;

  /**
   * Watches each component of the plan that has a record.
   *
   * @param folder its own, where it says what it has seen
   */
  Supervisor(
      Path folder,
      Plan plan,
      RunDirectory runs,
      ProcessStarter starter,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.folder = folder;
    this.runs = runs;
    this.starter = starter;
    Backoff backoff =
        Backoff.between(
            Duration.ofMillis(plan.firstPauseMillis()),
            Duration.ofMillis(plan.longestPauseMillis()));
    Map<String, ManagedProcess> recorded =
        runs.processes().stream()
            .collect(Collectors.toMap(ManagedProcess::name, Function.identity()));
    for (Plan.Entry entry : plan.components()) {
      ManagedProcess process = recorded.get(entry.name());
      if (process != null) {
        watches.add(new Watch(process, () -> start(entry), backoff, clock, nanoTime));
      }
    }
    tell();
  }

  /**
   * Looks at each component once and starts what is due.
   *
   * @return false once the stack is being stopped: there is nothing left to do
   */
  synchronized boolean look() {
    if (closed || runs.isStopping()) {
      return false;
    }
    boolean news = false;
    for (Watch watch : watches) {
      news |= watch.look();
    }
    if (news || untold) {
      tell();
    }
    return !runs.isStopping();
  }

  /** Returns when no start is under way; none follows. */
  synchronized void close() {
    closed = true;
  }

  /** Where the account cannot be saved, as on a full disk, watching goes on without it. */
  private void tell() {
    try {
      Restarts.save(folder, watches.stream().map(Watch::restarts).toList());
      untold = false;
    } catch (UncheckedIOException e) {
      if (!untold) {
        LOG.warn("restarts cannot be recorded, and status shows older ones: {}", e.getMessage());
      }
      untold = true;
    }
  }

  private ManagedProcess start(Plan.Entry entry) {
    if (runs.isStopping()) {
      throw new StackException(entry.name() + " is not started again: the stack is being stopped");
    }
    ManagedProcess process =
        starter.start(entry.name(), entry.command(), entry.environment(), entry.withheld());
    if (runs.isStopping()) {
      process.kill();
    }
    return process;
  }
}

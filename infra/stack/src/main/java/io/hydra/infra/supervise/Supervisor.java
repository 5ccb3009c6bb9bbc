package io.hydra.infra.supervise;

import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.process.ProcessStarter;
import io.hydra.infra.process.RunDirectory;
import io.hydra.infra.supervise.SupervisorProcess.Plan;
import io.hydra.runtime.retry.Backoff;
import io.hydra.schemas.config.UserException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches the components of one stack; see the package for what holds between it and others. */
public final class Supervisor {
  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
  private static final long ROUND_MS = 200;

  private final Path folder;
  private final RunDirectory runs;
  private final ProcessStarter starter;
  private final List<Restarts> components = new ArrayList<>();
  private boolean closed;
  private boolean unsaved;

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
    Backoff pauses =
        Backoff.between(
            Duration.ofMillis(plan.firstPauseMillis()),
            Duration.ofMillis(plan.longestPauseMillis()));
    Map<String, ManagedProcess> recorded =
        runs.processes().stream()
            .collect(Collectors.toMap(ManagedProcess::name, Function.identity()));
    for (Plan.Entry entry : plan.components()) {
      ManagedProcess process = recorded.get(entry.name());
      if (process != null) {
        components.add(new Restarts(process, () -> start(entry), pauses, clock, nanoTime));
      }
    }
    save();
  }

  /**
   * The supervisor's process.
   *
   * @param args the stack's folder, and the folder of its records
   */
  public static void main(String[] args) throws InterruptedException {
    Path stack = Path.of(args[0]);
    Path folder = SupervisorProcess.folder(stack);
    RunDirectory runs = new RunDirectory(Path.of(args[1]));
    Clock clock = Clock.systemUTC();
    Supervisor supervisor =
        new Supervisor(
            folder,
            Plan.load(folder),
            runs,
            new ProcessStarter(stack, runs, clock),
            clock,
            System::nanoTime);
    Runtime.getRuntime().addShutdownHook(new Thread(supervisor::close, "hydra-supervisor-stop"));
    LOG.info("watching {}", stack);
    while (supervisor.look()) {
      TimeUnit.MILLISECONDS.sleep(ROUND_MS);
    }
    LOG.info("the stack is being stopped");
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
    for (Restarts component : components) {
      news |= component.look();
    }
    if (news || unsaved) {
      save();
    }
    return !runs.isStopping();
  }

  /** Returns when no start is under way; none follows. */
  synchronized void close() {
    closed = true;
  }

  /** Saves the accounts; where that fails, as on a full disk, watching continues without. */
  private void save() {
    try {
      Restarts.save(folder, components.stream().map(Restarts::account).toList());
      unsaved = false;
    } catch (UncheckedIOException e) {
      if (!unsaved) {
        LOG.warn("restarts cannot be recorded, and status shows older ones: {}", e.getMessage());
      }
      unsaved = true;
    }
  }

  private ManagedProcess start(Plan.Entry entry) {
    if (runs.isStopping()) {
      throw new UserException(entry.name() + " is not started again: the stack is being stopped");
    }
    ManagedProcess process =
        starter.start(entry.name(), entry.command(), entry.environment(), entry.withheld());
    if (runs.isStopping()) {
      process.kill();
    }
    return process;
  }
}

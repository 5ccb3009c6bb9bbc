package io.hydra.runtime.service;

import io.hydra.runtime.failure.Failures;
import io.hydra.runtime.metrics.Metrics;
import io.hydra.runtime.metrics.RuntimeMetric;
import io.hydra.runtime.ops.Health;
import io.hydra.runtime.ops.OpsServer;
import io.hydra.runtime.option.OpsOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ExitCode;

/**
 * The life of one service's process: it starts, is ready, stops. It ends in one order, whether by
 * SIGTERM, Ctrl-C or a failure:
 *
 * <ol>
 *   <li>it stops being ready;
 *   <li>the stop actions run, first registered first; they ask for an end and do not wait;
 *   <li>the body returns, having drained what it does;
 *   <li>what the service owns is closed, last opened first;
 *   <li>the process exits, and not before.
 * </ol>
 *
 * <p>How long a part may take to drain or to close is the part's own business. Only a body that is
 * still starting is interrupted, and not waited for any longer than {@link #START_GRACE_SECONDS}:
 * there is nothing to drain yet.
 *
 * <p>From its start to its end it can be asked how it does: see {@link Health}.
 */
public final class Service {
  private static final Logger log = LoggerFactory.getLogger(Service.class);
  private static final long START_GRACE_SECONDS = 3;

  /** The states of a service's life. */
  public enum State {
    STARTING,
    READY,
    STOPPING
  }

  /** All that a service does, from its start to its end. */
  @FunctionalInterface
  public interface Body {
    void run(Service service) throws Exception;
  }

  private final Metrics metrics = new Metrics();
  private final Health health;
  private final Closer parts = new Closer();
  private final Thread main = Thread.currentThread();
  private final CountDownLatch stopRequested = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final List<Runnable> stopActions = new ArrayList<>();
  private State state = State.STARTING;
  private boolean failed;

  /** The body runs, or is about to. */
  private boolean interruptible = true;

  private Service(String name) {
    health = new Health(name, Clock.systemUTC(), () -> state().name(), this::failed, metrics);
    parts.add(metrics);
    metrics.gauge(RuntimeMetric.READY, () -> health.unmet().isEmpty() ? 1 : 0);
  }

  /**
   * Runs a service in this process until its body returns.
   *
   * @param ops the address of its ops server
   * @return the process's exit code: 1 if the service {@link #fail failed}
   */
  public static int run(String name, OpsOptions ops, Body body) throws Exception {
    return run(
        name, ops, body, stop -> Runtime.getRuntime().addShutdownHook(new Thread(stop, "stop")));
  }

  /**
   * @param onSignal is handed what to run when the process is told to end
   */
  static int run(String name, OpsOptions ops, Body body, Consumer<Runnable> onSignal)
      throws Exception {
    Service service = new Service(name);
    onSignal.accept(service::stopAndWait);
    try {
      OpsServer server =
          service.own(OpsServer.start(ops.host(), ops.port(), service.health.pages()));
      log.info("health, metrics and status on http://{}:{}", ops.host(), server.port());
      service.runAndClose(body);
    } finally {
      service.ended.countDown();
    }
    return service.failed() ? ExitCode.SOFTWARE : ExitCode.OK;
  }

  private void runAndClose(Body body) throws Exception {
    try {
      body.run(this);
    } catch (InterruptedException e) {
      if (state() != State.STOPPING) {
        throw e;
      }
    } finally {
      requestStop();
      synchronized (this) {
        interruptible = false;
      }
      // Closing must not be cut short by the interrupt that may have led here.
      boolean unused = Thread.interrupted();
      close();
    }
    log.info("stopped");
  }

  private void close() {
    try {
      parts.close();
    } catch (IllegalStateException e) {
      // It is being left behind: there is nothing to mend.
      log.warn("a part did not close", e);
    }
  }

  /** Closes {@code part} at the end. */
  public <T extends AutoCloseable> T own(T part) {
    return parts.own(part);
  }

  /** Runs {@code step} at the end. */
  public void onClose(AutoCloseable step) {
    parts.add(step);
  }

  /**
   * Adds what asks the service to end; run at once if that was asked for before.
   *
   * @param action returns without waiting, and may be run by any thread
   */
  public void onStop(Runnable action) {
    synchronized (this) {
      if (state != State.STOPPING) {
        stopActions.add(action);
        return;
      }
    }
    action.run();
  }

  /**
   * Declares the service ready.
   *
   * @throws InterruptedException if it was told to end meanwhile
   */
  public synchronized void ready() throws InterruptedException {
    if (state == State.STOPPING) {
      throw new InterruptedException("told to end while starting");
    }
    state = State.READY;
  }

  /**
   * Runs a task on a thread of its own until the service ends, first at once. One that throws an
   * exception is repeated all the same; an error ends the service.
   *
   * @param pause between two runs
   */
  public void repeat(String name, Duration pause, Runnable task) {
    ScheduledExecutorService thread =
        Executors.newSingleThreadScheduledExecutor(Threads.daemon(name));
    onClose(thread::shutdownNow);
    // An executor drops a task that has thrown once, without a word.
    Runnable attempt =
        () -> {
          try {
            task.run();
          } catch (RuntimeException e) {
            log.error("{} failed, will repeat: {}", name, Failures.traceWithoutMessages(e));
          } catch (Error e) {
            log.error("{} failed: {}", name, Failures.traceWithoutMessages(e));
            fail();
          }
        };
    var unused = thread.scheduleWithFixedDelay(attempt, 0, pause.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** The metrics of this process. */
  public Metrics metrics() {
    return metrics;
  }

  /** The health of this service, to which conditions of being ready are added. */
  public Health health() {
    return health;
  }

  /** Waits until the service is told to end, or has failed. */
  public void awaitStop() throws InterruptedException {
    stopRequested.await();
  }

  /** Ends the service, with exit code 1, unless it ends already. The caller has logged why. */
  public void fail() {
    synchronized (this) {
      failed |= state != State.STOPPING;
    }
    if (requestStop() == State.STARTING) {
      interruptBody();
    }
  }

  /** Ends the service as a signal does, with exit code 0. */
  public void end() {
    State unused = requestStop();
  }

  /** Tells whether the service has failed. */
  public synchronized boolean failed() {
    return failed;
  }

  public synchronized State state() {
    return state;
  }

  /** Returns the state before. */
  private State requestStop() {
    State before;
    List<Runnable> actions;
    synchronized (this) {
      before = state;
      state = State.STOPPING;
      actions = List.copyOf(stopActions);
      stopActions.clear();
    }
    for (Runnable action : actions) {
      try {
        action.run();
      } catch (RuntimeException e) {
        log.warn("could not ask a part to stop", e);
      }
    }
    stopRequested.countDown();
    return before;
  }

  private synchronized void interruptBody() {
    if (interruptible) {
      main.interrupt();
    }
  }

  private void stopAndWait() {
    try {
      if (requestStop() == State.STARTING) {
        interruptBody();
        boolean unused = ended.await(START_GRACE_SECONDS, TimeUnit.SECONDS);
      } else {
        ended.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

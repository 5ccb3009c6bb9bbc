package io.hydra.infra.stack;

import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.stack.Probes.Probe;
import io.hydra.schemas.config.UserException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Waits until components that were started together are ready, or one is dead or late. */
final class StartUp {
  /** Each round asks all that wait, whose answers take the time of those that start. */
  private static final long ROUND_MS = 250;

  private static final int TAIL_LINES = 20;

  private record Waiting(Component component, ManagedProcess process, Probe probe, long since) {
    /** Its log, for a message. */
    String log() {
      return "its log %s ends with%n%s".formatted(process.log(), process.logTail(TAIL_LINES));
    }
  }

  private final Duration limit;
  private final Consumer<String> progress;
  private final BooleanSupplier cancelled;
  private final List<Waiting> waiting = new ArrayList<>();

  StartUp(Duration limit, Consumer<String> progress, BooleanSupplier cancelled) {
    this.limit = limit;
    this.progress = progress;
    this.cancelled = cancelled;
  }

  void add(Component component, ManagedProcess process, Probe probe) {
    waiting.add(new Waiting(component, process, probe, System.nanoTime()));
  }

  /**
   * Waits for all that were added.
   *
   * @throws UserException naming the component that died or took too long
   */
  void awaitReady() throws InterruptedException {
    await(component -> true);
  }

  /** Waits for one of them; dead and late ones among the others end the wait, too. */
  void awaitReady(Component needed) throws InterruptedException {
    await(component -> component == needed);
  }

  private void await(Predicate<Component> needed) throws InterruptedException {
    while (true) {
      for (Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
        if (cancelled.getAsBoolean()) {
          throw new UserException("stopped while starting");
        }
        if (isReady(each.next())) {
          each.remove();
        }
      }
      if (waiting.stream().noneMatch(one -> needed.test(one.component()))) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(ROUND_MS);
    }
  }

  private boolean isReady(Waiting one) throws InterruptedException {
    String name = one.component().id();
    if (!one.process().isAlive()) {
      OptionalInt exitCode = one.process().exitCode();
      String code = exitCode.isPresent() ? "code " + exitCode.getAsInt() : "an unknown code";
      throw new UserException(
          "%s ended with %s while starting; %s".formatted(name, code, one.log()));
    }
    String trouble = look(one.probe());
    Duration spent = Duration.ofNanos(System.nanoTime() - one.since());
    if (trouble == null) {
      progress.accept("%s ready after %.1f s".formatted(name, spent.toMillis() / 1000.0));
    } else if (spent.compareTo(limit) > 0) {
      throw new UserException(
          "%s is not ready after %d s (%s); %s"
              .formatted(name, limit.toSeconds(), trouble, one.log()));
    }
    return trouble == null;
  }

  /** Null when it is ready. */
  private static String look(Probe probe) throws InterruptedException {
    try {
      return probe.ready() ? null : "not ready";
    } catch (InterruptedException e) {
      throw e;
    } catch (ExecutionException e) {
      return String.valueOf(e.getCause() == null ? e : e.getCause());
    } catch (Exception e) {
      return e.toString();
    }
  }
}

package io.hydra.infra.bench.figure;

import io.hydra.infra.bench.figure.Figures.Quantiles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * Asks in a tight loop which probes have arrived by now. A probe's time runs from when it was sent
 * to the answer that shows it, so it is too long by up to one round of this loop, and never too
 * short.
 */
public final class ProbePoller<P> implements AutoCloseable {
  /** Between looks, which take the machine's time as well. */
  private static final long PAUSE_NANOS = 2_000_000;

  private static final double NANOS_PER_MS = 1e6;

  private final Look<P> look;
  private final ToLongFunction<P> sentNanos;
  private final Queue<P> sent = new ConcurrentLinkedQueue<>();
  private final List<P> waiting = new ArrayList<>();
  private final List<Seen<P>> seen = new ArrayList<>();
  private final List<Double> rounds = new ArrayList<>();
  private final Thread thread = new Thread(this::poll, "probe-poller");
  private volatile boolean allSent;
  private volatile boolean stopping;
  private volatile RuntimeException failure;

  /** Says which probes have arrived: best in one round trip. */
  @FunctionalInterface
  public interface Look<P> {
    /**
     * @return one answer for each probe, in their order
     */
    List<Boolean> haveArrived(List<P> probes);
  }

  /** A probe that arrived, and how long it took. */
  public record Seen<P>(P probe, double millis) {}

  /**
   * The outcome of all probes.
   *
   * @param rounds of the loop, in ms: the resolution
   * @param unseen probes that never came
   */
  public record Result<P>(List<Seen<P>> seen, Quantiles rounds, int unseen) {
    /** Milliseconds of some of the probes. */
    public Quantiles latency(Predicate<P> which) {
      return Quantiles.of(
          seen.stream().filter(s -> which.test(s.probe())).mapToDouble(Seen::millis));
    }
  }

  /**
   * @param sentNanos the time a probe was sent, by {@link System#nanoTime}
   */
  public ProbePoller(Look<P> look, ToLongFunction<P> sentNanos) {
    this.look = look;
    this.sentNanos = sentNanos;
  }

  public void start() {
    thread.start();
  }

  /** From any thread. */
  public void add(P probe) {
    sent.add(probe);
  }

  private void poll() {
    try {
      while (!stopping && !(allSent && sent.isEmpty() && waiting.isEmpty())) {
        for (P probe = sent.poll(); probe != null; probe = sent.poll()) {
          waiting.add(probe);
        }
        if (!waiting.isEmpty()) {
          long before = System.nanoTime();
          round();
          rounds.add((System.nanoTime() - before) / NANOS_PER_MS);
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  private void round() {
    List<Boolean> arrived = look.haveArrived(waiting);
    long now = System.nanoTime();
    Iterator<P> probes = waiting.iterator();
    for (boolean one : arrived) {
      P probe = probes.next();
      if (one) {
        seen.add(new Seen<>(probe, (now - sentNanos.applyAsLong(probe)) / NANOS_PER_MS));
        probes.remove();
      }
    }
  }

  /** Ends once all probes are seen; those on the way have {@code grace} for it. */
  public Result<P> finish(Duration grace) throws InterruptedException {
    allSent = true;
    thread.join(grace.toMillis());
    close();
    thread.join();
    if (failure != null) {
      throw failure;
    }
    return new Result<>(
        List.copyOf(seen),
        Quantiles.of(rounds.stream().mapToDouble(Double::doubleValue)),
        waiting.size() + sent.size());
  }

  @Override
  public void close() {
    stopping = true;
  }
}

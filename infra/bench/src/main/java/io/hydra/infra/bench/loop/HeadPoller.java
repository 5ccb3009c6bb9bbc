package io.hydra.infra.bench.loop;

import io.hydra.infra.bench.figure.Figures.Quantiles;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.store.UserStateReader;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.UnifiedJedis;

/**
 * Asks Redis in a tight loop which probes a head has seen by now. A probe's time runs from the
 * producer's {@code send} to the answer that shows it, so it is too long by up to one round of this
 * loop, and never too short.
 */
final class HeadPoller implements AutoCloseable {
  private static final long PAUSE_NANOS = 500_000;
  private static final double NANOS_PER_MS = 1e6;

  private final UnifiedJedis redis;
  private final String task;
  private final String baseVersion;
  private final Queue<Probe> sent = new ConcurrentLinkedQueue<>();
  private final List<Probe> waiting = new ArrayList<>();
  private final Map<Kind, List<Double>> millis = new EnumMap<>(Kind.class);
  private final Thread thread = new Thread(this::poll, "head-poller");
  private volatile boolean stopping;
  private volatile RuntimeException failure;

  HeadPoller(UnifiedJedis redis, String task, String baseVersion) {
    this.redis = redis;
    this.task = task;
    this.baseVersion = baseVersion;
    for (Kind kind : Kind.values()) {
      millis.put(kind, new ArrayList<>());
    }
  }

  /** The kind of a probe. */
  enum Kind {
    EVENT,
    VERDICT
  }

  /**
   * Something sent whose effect on a head is awaited.
   *
   * @param count of the user's events, or verdicts, with this one
   */
  record Probe(Kind kind, UserKey user, long count, long sentNanos) {
    boolean isIn(Heads heads) {
      return (kind == Kind.EVENT ? heads.historyVersion() : heads.verdicts()) >= count;
    }
  }

  void start() {
    thread.start();
  }

  /** From any thread. */
  void add(Probe probe) {
    sent.add(probe);
  }

  private void poll() {
    try {
      while (!stopping || !waiting.isEmpty() || !sent.isEmpty()) {
        for (Probe probe = sent.poll(); probe != null; probe = sent.poll()) {
          waiting.add(probe);
        }
        for (Iterator<Probe> probes = waiting.iterator(); probes.hasNext(); ) {
          Probe probe = probes.next();
          if (probe.isIn(UserStateReader.readHeads(redis, probe.user(), task, baseVersion))) {
            millis.get(probe.kind()).add((System.nanoTime() - probe.sentNanos()) / NANOS_PER_MS);
            probes.remove();
          }
        }
        LockSupport.parkNanos(PAUSE_NANOS);
        if (Thread.interrupted()) {
          return;
        }
      }
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  /**
   * Ends once all probes are seen; those on the way have {@code grace} for it.
   *
   * @return how many never were
   */
  int finish(Duration grace) throws InterruptedException {
    stopping = true;
    thread.join(grace.toMillis());
    thread.interrupt();
    thread.join();
    if (failure != null) {
      throw failure;
    }
    return waiting.size() + sent.size();
  }

  /** After {@link #finish}: milliseconds. */
  Quantiles latency(Kind kind) {
    return Quantiles.of(millis.get(kind).stream().mapToDouble(Double::doubleValue).toArray());
  }

  @Override
  public void close() throws InterruptedException {
    int unused = finish(Duration.ofMillis(1));
  }
}

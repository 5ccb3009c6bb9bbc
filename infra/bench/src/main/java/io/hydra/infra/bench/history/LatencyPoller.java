package io.hydra.infra.bench.history;

import io.hydra.infra.bench.figure.Figures.Quantiles;
import io.hydra.infra.bench.history.Generator.Probe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;

/**
 * Asks Redis in a tight loop which probes are in their histories by now. A probe's time runs from
 * the producer's {@code send} to the answer that shows it, so it is too long by up to one round of
 * this loop, and never too short.
 */
final class LatencyPoller implements AutoCloseable {
  private static final long PAUSE_NANOS = 500_000;
  private static final double NANOS_PER_MS = 1e6;

  private final RedisClient redis;
  private final EventTemplates templates;
  private final Queue<Probe> sent = new ConcurrentLinkedQueue<>();
  private final List<Probe> waiting = new ArrayList<>();
  private final List<Double> millis = new ArrayList<>();
  private final List<Double> rounds = new ArrayList<>();
  private final Thread thread = new Thread(this::poll, "latency");
  private volatile boolean allSent;
  private volatile boolean stopping;
  private volatile RuntimeException failure;

  LatencyPoller(RedisClient redis, EventTemplates templates) {
    this.redis = redis;
    this.templates = templates;
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
      long before = System.nanoTime();
      while (!stopping && !(allSent && sent.isEmpty() && waiting.isEmpty())) {
        for (Probe probe = sent.poll(); probe != null; probe = sent.poll()) {
          waiting.add(probe);
        }
        if (!waiting.isEmpty()) {
          look();
          long now = System.nanoTime();
          rounds.add((now - before) / NANOS_PER_MS);
        }
        before = System.nanoTime();
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  private void look() {
    List<Response<Boolean>> there = new ArrayList<>(waiting.size());
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (Probe probe : waiting) {
        there.add(
            pipeline.hexists(
                Written.history(templates, probe.user()), EventTemplates.field(probe.number())));
      }
      pipeline.sync();
    }
    long now = System.nanoTime();
    Iterator<Probe> probes = waiting.iterator();
    for (Response<Boolean> one : there) {
      Probe probe = probes.next();
      if (one.get()) {
        millis.add((now - probe.sentNanos()) / NANOS_PER_MS);
        probes.remove();
      }
    }
  }

  /** Ends once all probes are seen; those on the way have {@code grace} for it. */
  Result finish(Duration grace) throws InterruptedException {
    allSent = true;
    thread.join(grace.toMillis());
    close();
    thread.join();
    if (failure != null) {
      throw failure;
    }
    return new Result(quantiles(millis), quantiles(rounds), waiting.size() + sent.size());
  }

  private static Quantiles quantiles(List<Double> values) {
    return Quantiles.of(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  @Override
  public void close() {
    stopping = true;
  }

  /**
   * @param latency of the probes seen, in ms
   * @param rounds of the loop, in ms: the resolution
   * @param unseen probes that never came
   */
  record Result(Quantiles latency, Quantiles rounds, int unseen) {}
}

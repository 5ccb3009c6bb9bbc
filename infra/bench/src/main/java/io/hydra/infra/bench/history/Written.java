package io.hydra.infra.bench.history;

import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.store.HistoryHash;
import io.hydra.schemas.store.HistoryId;
import io.hydra.schemas.store.View;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;

/** The bench's histories as Redis holds them, so that no word of the job's own is taken for it. */
final class Written {
  static final byte[] VERSION = History.VERSION_FIELD.getBytes(StandardCharsets.UTF_8);
  private static final long POLL_MS = 250;
  private static final long MOST_PAUSE_MS = 1000;
  private static final int LOOKS_PART = 20;
  private static final int REWRITE_POLLS = 240;
  private static final double SETTLED = .995;

  private final RedisClient redis;
  private final byte[][] histories;
  private long lookedFor;

  Written(RedisClient redis, EventTemplates templates) {
    this.redis = redis;
    this.histories = new byte[templates.count()][];
    for (int i = 0; i < histories.length; i++) {
      histories[i] = history(templates, i);
    }
  }

  static byte[] history(EventTemplates templates, int user) {
    return new HistoryId(templates.user(user), EventTemplates.TASK).history(View.ORIGINAL);
  }

  /**
   * Events in the histories: the sum of their versions, read in one round trip. An event counts
   * once it is written.
   */
  long events() {
    long start = System.nanoTime();
    List<Response<byte[]>> versions = new ArrayList<>(histories.length);
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (byte[] history : histories) {
        versions.add(pipeline.hget(history, VERSION));
      }
      pipeline.sync();
    }
    long sum = 0;
    for (Response<byte[]> version : versions) {
      sum += version(version);
    }
    lookedFor = System.nanoTime() - start;
    return sum;
  }

  /** Between two looks: they take a twentieth of Redis' time, of very many users more. */
  long pauseMillis() {
    long pause = TimeUnit.NANOSECONDS.toMillis(LOOKS_PART * lookedFor);
    return Math.min(Math.max(pause, POLL_MS), MOST_PAUSE_MS);
  }

  static long version(Response<byte[]> reply) {
    byte[] version = reply.get();
    return version == null ? 0 : Long.parseLong(new String(version, StandardCharsets.US_ASCII));
  }

  /**
   * Waits until so many events are written.
   *
   * @param progress told of each look
   * @throws UserException if nothing more is written for so long
   */
  void await(long events, Duration stall, Track progress) throws InterruptedException {
    long last = -1;
    long since = System.nanoTime();
    while (true) {
      long now = System.nanoTime();
      long written = events();
      progress.add(now, written);
      if (written >= events) {
        return;
      }
      if (written > last) {
        last = written;
        since = now;
      } else if (now - since > stall.toNanos()) {
        throw new UserException(
            "%d of %d events are written and nothing more for %d s: see the stream processor's log"
                .formatted(written, events, stall.toSeconds()));
      }
      TimeUnit.MILLISECONDS.sleep(pauseMillis());
    }
  }

  /** Counts the users that have at least {@code capacity} items. */
  int full(int users, int capacity) {
    int full = 0;
    for (int user = 0; user < users; user++) {
      full += new HistoryHash(redis.hgetAll(histories[user])).items().size() >= capacity ? 1 : 0;
    }
    return full;
  }

  /**
   * Bytes that Redis uses, once no rewrite of its log holds buffers and it uses no less any more:
   * the job packs histories when it is calm.
   */
  long usedBytes() throws InterruptedException {
    awaitRewrite();
    long before;
    long used = used();
    do {
      TimeUnit.SECONDS.sleep(1);
      before = used;
      used = used();
    } while (used < before * SETTLED);
    return used;
  }

  /** Has Redis rewrite its log, and waits for it. */
  void shortenLog() throws InterruptedException {
    beginRewrite();
    awaitRewrite();
  }

  /** Has Redis begin to rewrite its log, once it does not do so already. */
  void beginRewrite() throws InterruptedException {
    awaitRewrite();
    Object unused = redis.sendCommand(Protocol.Command.BGREWRITEAOF);
  }

  /**
   * @throws UserException if it takes more than a minute
   */
  private void awaitRewrite() throws InterruptedException {
    for (int i = 0; rewriting(); i++) {
      if (i == REWRITE_POLLS) {
        throw new UserException("Redis takes more than a minute to rewrite its log: see its log");
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    }
  }

  /** Times that Redis began to rewrite its log. */
  long rewrites() {
    return value(redis.info("stats"), "total_forks");
  }

  private long used() {
    return value(redis.info("memory"), "used_memory");
  }

  private boolean rewriting() {
    String info = redis.info("persistence");
    return value(info, "aof_rewrite_in_progress") + value(info, "aof_rewrite_scheduled") != 0;
  }

  static long value(String info, String name) {
    return info.lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> Long.parseLong(line.substring(name.length() + 1).strip()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("Redis does not tell its " + name));
  }
}

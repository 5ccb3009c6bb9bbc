package io.hydra.schemas.store;

import io.hydra.schemas.redis.client.RedisScript;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.SetParams;

/**
 * The right to be the one rebuild that runs: a key that expires unless it is renewed (rule 9 of
 * this package). A rebuild that lost it can still write garbage, which the next one removes, and
 * nothing else.
 */
public final class RebuildLock implements AutoCloseable {
  public static final Duration LEASE = Duration.ofSeconds(10);
  private static final int KEYS = 3;
  private static final Duration WATCH = Duration.ofMillis(250);

  private static final RedisScript SCRIPT = RedisScript.load(RebuildLock.class, "rebuild-lock.lua");

  private final UnifiedJedis redis;
  private final byte[] owner = Layout.utf8(UUID.randomUUID().toString());
  private final ScheduledExecutorService renewal;
  private volatile boolean lost;

  private RebuildLock(UnifiedJedis redis) {
    this.redis = redis;
    this.renewal =
        Executors.newSingleThreadScheduledExecutor(
            run -> {
              Thread thread = new Thread(run, "rebuild-lock");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Waits between two looks at a lock that may just expire. */
  public interface Pause {
    void sleep(Duration time) throws InterruptedException;
  }

  /**
   * Takes the lock; if its owner was killed, once it has expired.
   *
   * @throws RebuildException if its owner is alive: it renews the lock
   */
  public static RebuildLock acquire(UnifiedJedis redis, Duration lease, Pause pause)
      throws InterruptedException {
    RebuildLock lock = new RebuildLock(redis);
    SetParams alone = SetParams.setParams().nx().px(lease.toMillis());
    long leftBefore = Long.MAX_VALUE;
    while (redis.set(Layout.REBUILD_LOCK, lock.owner, alone) == null) {
      long left = redis.pttl(Layout.REBUILD_LOCK);
      if (left == -1 || left > leftBefore) {
        throw new RebuildException(
            "another rebuild is running: wait for its end, and run this one again if it is still"
                + " needed");
      }
      leftBefore = left < 0 ? Long.MAX_VALUE : left;
      pause.sleep(WATCH);
    }
    long period = lease.toMillis() / 4;
    var unused =
        lock.renewal.scheduleAtFixedRate(
            () -> lock.renew(lease), period, period, TimeUnit.MILLISECONDS);
    return lock;
  }

  private void renew(Duration lease) {
    try {
      lost = lost || !call("renew", Layout.ascii(lease.toMillis()));
    } catch (JedisException e) {
      // Redis is away; whether the lock outlived that, the next renewal tells.
    }
  }

  /**
   * @throws RebuildException if the lock is known to be lost
   */
  public void check() {
    if (lost) {
      throw lostLock();
    }
  }

  private static RebuildException lostLock() {
    return new RebuildException(
        "this rebuild was held up, or Redis away, for so long that its lock expired: run it again");
  }

  /** The state that a killed rebuild left. */
  public Optional<RebuildState> state() {
    return Optional.ofNullable(redis.get(Layout.REBUILD_STATE)).map(RebuildState::of);
  }

  /**
   * @throws RebuildException if the lock is lost
   */
  public void setState(RebuildState state) {
    require(call("note", state.toBytes()));
  }

  /**
   * @throws RebuildException if the lock is lost
   */
  public void clearState() {
    require(call("note", new byte[0]));
  }

  /**
   * Moves the pointer, and with it the state.
   *
   * @param expected the phase in which it must still be
   * @throws RebuildException if the lock is lost, or somebody else has moved the pointer
   */
  public void switchView(View expected, RebuildState switched) {
    Object done = eval("switch", switched.toBytes(), expected.toBytes(), switched.view().toBytes());
    if (done.equals(-1L)) {
      throw new RebuildException(
          "the pointer to the current view was moved, or lost with Redis' data, while this rebuild"
              + " ran: run it again");
    }
    require(done.equals(1L));
  }

  private static void require(boolean held) {
    if (!held) {
      throw lostLock();
    }
  }

  private boolean call(String what, byte[]... arguments) {
    return eval(what, arguments).equals(1L);
  }

  private Object eval(String what, byte[]... arguments) {
    List<byte[]> all =
        new ArrayList<>(
            List.of(
                Layout.REBUILD_LOCK,
                Layout.REBUILD_STATE,
                Layout.CURRENT_VIEW,
                owner,
                Layout.utf8(what)));
    all.addAll(List.of(arguments));
    return SCRIPT.eval(redis, KEYS, all.toArray(byte[][]::new));
  }

  @Override
  public void close() {
    renewal.shutdownNow();
    try {
      boolean unused = call("release");
    } catch (JedisException e) {
      // It expires.
    }
  }
}

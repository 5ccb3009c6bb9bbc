package io.hydra.stream.rebuild;

import io.hydra.runtime.retry.Sleeper;
import io.hydra.schemas.redis.RebuildState;
import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.redis.View;
import java.nio.charset.StandardCharsets;
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
 * The right to be the one rebuild that runs: a key that expires unless it is renewed. Its owner may
 * be held up for longer than that and not know, so whatever decides is a script that looks at the
 * owner, the pointer and the state in one step; their keys share a slot. A rebuild that lost the
 * lock can still write garbage, which the next one removes, and nothing else.
 */
final class RebuildLock implements AutoCloseable {
  static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration WATCH = Duration.ofMillis(250);

  private static final byte[] RENEW =
      utf8(
          """
          if redis.call('GET', KEYS[1]) == ARGV[1] then
            return redis.call('PEXPIRE', KEYS[1], ARGV[2])
          end
          return 0
          """);
  private static final byte[] RELEASE =
      utf8(
          """
          if redis.call('GET', KEYS[1]) == ARGV[1] then
            return redis.call('DEL', KEYS[1])
          end
          return 0
          """);
  private static final byte[] SET_STATE =
      utf8(
          """
          if redis.call('GET', KEYS[1]) ~= ARGV[1] then
            return 0
          end
          if ARGV[2] == '' then
            redis.call('DEL', KEYS[2])
          else
            redis.call('SET', KEYS[2], ARGV[2])
          end
          return 1
          """);
  private static final byte[] SWITCH =
      utf8(
          """
          if redis.call('GET', KEYS[1]) ~= ARGV[1] then
            return 0
          end
          if (redis.call('GET', KEYS[3]) or '') ~= ARGV[3] then
            return -1
          end
          redis.call('SET', KEYS[3], ARGV[4])
          redis.call('SET', KEYS[2], ARGV[2])
          return 1
          """);

  private final UnifiedJedis redis;
  private final byte[] owner = utf8(UUID.randomUUID().toString());
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

  /**
   * Takes the lock; if its owner was killed, once it has expired.
   *
   * @throws RebuildException if its owner is alive: it renews the lock
   */
  static RebuildLock acquire(UnifiedJedis redis, Duration lease, Sleeper sleeper)
      throws InterruptedException {
    RebuildLock lock = new RebuildLock(redis);
    SetParams alone = SetParams.setParams().nx().px(lease.toMillis());
    long leftBefore = Long.MAX_VALUE;
    while (redis.set(RedisKeys.rebuildLock(), lock.owner, alone) == null) {
      long left = redis.pttl(RedisKeys.rebuildLock());
      if (left == -1 || left > leftBefore) {
        throw new RebuildException(
            "another rebuild is running: wait for its end, and run this one again if it is still needed");
      }
      leftBefore = left < 0 ? Long.MAX_VALUE : left;
      sleeper.sleep(WATCH);
    }
    long period = lease.toMillis() / 4;
    var unused =
        lock.renewal.scheduleAtFixedRate(
            () -> lock.renew(lease), period, period, TimeUnit.MILLISECONDS);
    return lock;
  }

  private void renew(Duration lease) {
    try {
      lost = lost || !call(RENEW, 1, utf8(Long.toString(lease.toMillis())));
    } catch (JedisException e) {
      // Redis is away; whether the lock outlived that, the next renewal tells.
    }
  }

  /**
   * @throws RebuildException if the lock is known to be lost
   */
  void check() {
    if (lost) {
      throw lostLock();
    }
  }

  private static RebuildException lostLock() {
    return new RebuildException(
        "this rebuild was held up, or Redis away, for so long that its lock expired: run it again");
  }

  /** What an earlier rebuild left, if it was killed. */
  Optional<RebuildState> state() {
    return Optional.ofNullable(redis.get(RedisKeys.rebuildState())).map(RebuildState::of);
  }

  /**
   * @throws RebuildException if the lock is lost
   */
  void setState(RebuildState state) {
    require(call(SET_STATE, 2, state.toBytes()));
  }

  /**
   * @throws RebuildException if the lock is lost
   */
  void clearState() {
    require(call(SET_STATE, 2, new byte[0]));
  }

  /**
   * Moves the pointer, and with it the state.
   *
   * @param expected where it must still stand
   * @throws RebuildException if the lock is lost, or somebody else has moved the pointer
   */
  void switchView(View expected, RebuildState switched) {
    Object done =
        eval(SWITCH, 3, switched.toBytes(), expected.toBytes(), switched.view().toBytes());
    if (done.equals(-1L)) {
      throw new RebuildException(
          "the pointer to the current view was moved, or lost with Redis' data, while this rebuild ran: run it again");
    }
    require(done.equals(1L));
  }

  private static void require(boolean held) {
    if (!held) {
      throw lostLock();
    }
  }

  private boolean call(byte[] script, int keys, byte[]... arguments) {
    return eval(script, keys, arguments).equals(1L);
  }

  private Object eval(byte[] script, int keys, byte[]... arguments) {
    List<byte[]> names =
        List.of(RedisKeys.rebuildLock(), RedisKeys.rebuildState(), RedisKeys.currentView());
    List<byte[]> all = new ArrayList<>(List.of(owner));
    all.addAll(List.of(arguments));
    return redis.eval(script, names.subList(0, keys), all);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    renewal.shutdownNow();
    try {
      boolean unused = call(RELEASE, 1);
    } catch (JedisException e) {
      // It expires.
    }
  }
}

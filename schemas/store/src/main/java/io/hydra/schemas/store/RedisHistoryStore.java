package io.hydra.schemas.store;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.redis.client.RedisEviction;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.store.HistoryChanges.Bounds;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Histories in Redis, of which {@link HistoryDecision} decides what stays (rule 2 of this package).
 * Redis 6.2 or later: one script call for each user and task of a batch. While Redis is {@linkplain
 * RedisFault#AWAY away} in any way, a refused password or a setting that evicts keys included,
 * calls throw an {@link HistoryStore.UnavailableException}; a key that holds something else makes
 * the outcome {@link Effect#REFUSED}.
 */
public final class RedisHistoryStore implements HistoryStore {
  /** About 15,000 histories of 50 items are known; of 2 × 20,000 their ids wait, some 15 MB. */
  private static final Bounds BOUNDS = new Bounds(32L * 1024 * 1024, 4, 20_000);

  private static final long NANOS_BETWEEN_NOTES = Duration.ofSeconds(10).toNanos();

  private final UnifiedJedis redis;
  private final Views.Writer view;
  private final HistoryChanges changes;
  private final Eraser eraser;
  private final HistoryLimits limits;
  private long limitsDue;
  private boolean evictsNothing;

  RedisHistoryStore(UnifiedJedis redis, Views.Writer view, HistoryLimits limits, Bounds bounds) {
    this.redis = redis;
    this.view = view;
    this.eraser = new Eraser(redis);
    this.limits = limits;
    this.limitsDue = System.nanoTime();
    this.changes = new HistoryChanges(redis, view, limits, bounds);
  }

  /**
   * Writes to whichever view is current. Takes over {@code redis} and closes it; connects at the
   * first write, not here, so that a job starts while Redis is away.
   */
  public static RedisHistoryStore ofCurrentView(UnifiedJedis redis, HistoryLimits limits) {
    return new RedisHistoryStore(redis, new Views.Writer(redis, null), limits, BOUNDS);
  }

  /**
   * Writes to {@code view}, current or not, what was written before: erasures that Redis remembers
   * leave heads and responses alone. Takes over {@code redis} and closes it.
   */
  public static RedisHistoryStore of(UnifiedJedis redis, View view, HistoryLimits limits) {
    return new RedisHistoryStore(redis, new Views.Writer(redis, view), limits, BOUNDS);
  }

  @Override
  public List<Outcome> write(List<Write> writes) {
    List<Outcome> outcomes;
    try {
      outcomes = available(() -> changes.make(writes, this::noteLimits));
    } catch (UnavailableException e) {
      if (RedisFault.isFull(e)) {
        repeat(() -> tidy(0));
      }
      throw e;
    }
    repeat(() -> packed(changes::boundWaiting));
    return outcomes;
  }

  @Override
  public boolean tidy(int writes) {
    return packed(() -> changes.pack(writes));
  }

  @Override
  public long untidied() {
    return changes.unpackable();
  }

  /** Calls {@code packing} until there is nothing more for it; packing frees memory. */
  private static void repeat(BooleanSupplier packing) {
    while (!Thread.currentThread().isInterrupted() && packing.getAsBoolean()) {
      // A bit at a time.
    }
  }

  private boolean packed(Supplier<Boolean> packing) {
    try {
      return available(packing);
    } catch (UnavailableException | RefusedException e) {
      // Whoever writes next is told; what was to be packed comes again with its next event.
      return false;
    }
  }

  @Override
  public Erased erase(Erasure erasure) {
    return available(
        () -> {
          if (view.isFixed()) {
            return eraser.eraseAgain(erasure, view.get());
          }
          Erased erased = eraser.erase(erasure, view.get());
          while (!view.held(null)) {
            erased = eraser.erase(erasure, view.get());
          }
          return erased;
        });
  }

  @Override
  public OptionalLong bytes(UserKey user, String task) {
    try {
      View used = view.get();
      Long bytes = redis.memoryUsage(new UserKeys(user).history(used, task));
      return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes);
    } catch (JedisException | CorruptValueException e) {
      // A server may forbid the question, and whether it is away is for a write to find out.
      return OptionalLong.empty();
    }
  }

  private <T> T available(Supplier<T> commands) {
    try {
      if (!evictsNothing) {
        // Before anything is written; until then it may be set right, and nothing is lost.
        RedisEviction.requireNone(redis);
        evictsNothing = true;
      }
      return commands.get();
    } catch (JedisException e) {
      if (RedisFault.of(e) == RedisFault.ONE_KEY) {
        throw new RefusedException("a key of the user holds something else", e);
      }
      throw new UnavailableException(RedisFault.reason(e), e);
    } catch (RedisEviction.EvictsException e) {
      throw new UnavailableException(e.getMessage(), e);
    } catch (CorruptValueException e) {
      // Nobody's history is safe to write to before somebody has put the pointer right.
      throw new UnavailableException(
          e.getMessage() + ": set hydra:view to the view in use, or delete it before a rebuild", e);
    }
  }

  /** Notes the limits that a rebuild is held against; repeatedly, since Redis may lose its data. */
  private void noteLimits(AbstractPipeline pipeline) {
    long now = System.nanoTime();
    if (!view.isFixed() && now - limitsDue >= 0) {
      limitsDue = now + NANOS_BETWEEN_NOTES;
      var unused = pipeline.set(Layout.HISTORY_LIMITS, limits.toBytes());
    }
  }

  /** The limits that histories in use are kept to; empty before the first write. */
  public static Optional<HistoryLimits> limitsInUse(UnifiedJedis redis) {
    return Optional.ofNullable(redis.get(Layout.HISTORY_LIMITS)).map(HistoryLimits::of);
  }

  @Override
  public void close() {
    redis.close();
  }
}

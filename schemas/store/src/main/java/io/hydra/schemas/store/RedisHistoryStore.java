package io.hydra.schemas.store;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.redis.client.RedisEviction;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.redis.client.RedisScript;
import io.hydra.schemas.user.UserKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Histories in Redis, of which {@code keep-newest.lua} decides what stays (rule 2 of this package).
 * Redis 6.2 or later: one script call for each user and task of a batch, one round trip for the
 * batch. While Redis is {@linkplain RedisFault#AWAY away} in any way, a refused password or a
 * setting that evicts keys included, calls throw an {@link HistoryStore.UnavailableException}; a
 * key that holds something else makes the outcome {@link Effect#REFUSED}.
 */
public final class RedisHistoryStore implements HistoryStore {
  /** Of a history's hash and order, and of the user's. */
  private static final int KEYS = 3;

  private static final long NANOS_BETWEEN_NOTES = Duration.ofSeconds(10).toNanos();

  private final UnifiedJedis redis;
  private final Views.Writer view;
  private final RedisScript writing = RedisScript.load(RedisHistoryStore.class, "keep-newest.lua");
  private final Eraser eraser;
  private final HistoryLimits limits;
  private final byte[] capacity;
  private final byte[] maxAgeMillis;
  private final byte[] ttlMillis;
  private long limitsDue;
  private boolean evictsNothing;

  private RedisHistoryStore(UnifiedJedis redis, Views.Writer view, HistoryLimits limits) {
    this.redis = redis;
    this.view = view;
    this.eraser = new Eraser(redis);
    this.limits = limits;
    this.limitsDue = System.nanoTime();
    this.capacity = Layout.ascii(limits.capacity());
    this.maxAgeMillis = Layout.ascii(limits.maxAge().toMillis());
    this.ttlMillis = Layout.ascii(limits.ttl().toMillis());
  }

  /**
   * Writes to whichever view is current. Takes over {@code redis} and closes it; connects at the
   * first write, not here, so that a job starts while Redis is away.
   */
  public static RedisHistoryStore ofCurrentView(UnifiedJedis redis, HistoryLimits limits) {
    return new RedisHistoryStore(redis, new Views.Writer(redis, null), limits);
  }

  /**
   * Writes to {@code view}, current or not, what was written before: erasures that Redis remembers
   * leave heads and responses alone. Takes over {@code redis} and closes it.
   */
  public static RedisHistoryStore of(UnifiedJedis redis, View view, HistoryLimits limits) {
    return new RedisHistoryStore(redis, new Views.Writer(redis, view), limits);
  }

  @Override
  public List<Outcome> write(List<Write> writes) {
    return available(() -> writing.pipelined(script -> writeAll(writes, script)));
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
      UserKeys keys = new UserKeys(user);
      Long items = redis.memoryUsage(keys.history(used, task));
      Long order = redis.memoryUsage(keys.historyOrder(used, task));
      return items == null || order == null ? OptionalLong.empty() : OptionalLong.of(items + order);
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

  private List<Outcome> writeAll(List<Write> writes, RedisScript.Caller script) {
    Map<HistoryId, List<Integer>> byHistory = new LinkedHashMap<>();
    for (int i = 0; i < writes.size(); i++) {
      Write write = writes.get(i);
      byHistory
          .computeIfAbsent(new HistoryId(write.user(), write.task()), s -> new ArrayList<>(1))
          .add(i);
    }
    while (true) {
      List<Response<Object>> replies = new ArrayList<>(byHistory.size());
      Response<byte[]> pointer;
      try (AbstractPipeline pipeline = redis.pipelined()) {
        View used = view.get();
        byHistory.forEach(
            (id, indices) ->
                replies.add(script.call(pipeline, KEYS, arguments(used, id, writes, indices))));
        noteLimits(pipeline);
        pointer = view.ask(pipeline);
        pipeline.sync();
      }
      Outcome[] outcomes = new Outcome[writes.size()];
      Iterator<Response<Object>> reply = replies.iterator();
      byHistory.values().forEach(indices -> fill(outcomes, indices, reply.next()));
      if (view.held(pointer)) {
        return List.of(outcomes);
      }
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

  private byte[][] arguments(View used, HistoryId id, List<Write> writes, List<Integer> indices) {
    byte[][] arguments = new byte[7 + 3 * indices.size()][];
    UserKeys keys = new UserKeys(id.user());
    arguments[0] = keys.history(used, id.task());
    arguments[1] = keys.historyOrder(used, id.task());
    arguments[2] = keys.user();
    arguments[3] = UserKeys.Fields.task(id.task());
    arguments[4] = capacity;
    arguments[5] = maxAgeMillis;
    arguments[6] = ttlMillis;
    int next = 7;
    for (int index : indices) {
      Write write = writes.get(index);
      arguments[next++] = write.eventId().getBytes(StandardCharsets.UTF_8);
      arguments[next++] = Layout.ascii(write.occurredAt());
      arguments[next++] = write.item();
    }
    return arguments;
  }

  /** The script tells the last version alone; each insert before it was one less. */
  private static void fill(Outcome[] outcomes, List<Integer> indices, Response<Object> response) {
    List<?> reply;
    try {
      reply = (List<?>) response.get();
    } catch (JedisDataException e) {
      if (RedisFault.of(e) != RedisFault.ONE_KEY) {
        throw e;
      }
      indices.forEach(index -> outcomes[index] = Outcome.REFUSED);
      return;
    }
    long version = (Long) reply.get(0);
    byte[] effects = (byte[]) reply.get(1);
    for (int i = indices.size() - 1; i >= 0; i--) {
      Outcome outcome = new Outcome(version, Effect.of(effects[i]));
      outcomes[indices.get(i)] = outcome;
      if (outcome.entered()) {
        version--;
      }
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

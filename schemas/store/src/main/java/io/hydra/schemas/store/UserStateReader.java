package io.hydra.schemas.store;

import static io.hydra.schemas.redis.client.RedisFault.valueOr;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.ItemVectors;
import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Reads what an answer needs of a user, all parts in one round trip (two where the current view has
 * changed since the last one). Thread-safe; writes nothing.
 */
public final class UserStateReader {
  /** Of the texts of one history: what an answer reads of them in memory is about twice as much. */
  public static final long MAX_HISTORY_BYTES = 1024 * 1024;

  private final LargeHistories large = new LargeHistories();
  private final Views.Reader views = new Views.Reader();
  private final RecentHistories recent;

  /** Remembers nothing of what it read. */
  public UserStateReader() {
    this(0);
  }

  /**
   * @param memoryBytes for histories that were read: as long as they have not changed, Redis does
   *     not send them again
   */
  public UserStateReader(long memoryBytes) {
    this.recent = new RecentHistories(memoryBytes);
  }

  private record Replies(
      Response<byte[]> recorded,
      Response<byte[]> erased,
      byte[] historyKey,
      RecentHistories.Recent recent,
      Response<Object> history,
      String baseVersion,
      Response<Map<byte[], byte[]>> vectors,
      Response<byte[]> heads) {}

  /**
   * Everything that an answer needs. What is wrong with one key takes nothing else along.
   *
   * @throws Views.CorruptPointerException if the pointer to the current view names none
   * @throws JedisDataException if Redis refuses
   */
  public UserState read(
      AbstractPipeline pipeline, UserKey user, String task, String baseVersion, String queryId) {
    UserKeys keys = new UserKeys(user);
    return decode(
        pipeline,
        views.read(
            pipeline,
            view -> {
              byte[] historyKey = keys.history(view, task);
              RecentHistories.Recent known = recent.find(historyKey);
              return new Replies(
                  pipeline.get(keys.response(queryId)),
                  pipeline.hget(keys.user(), UserKeys.Fields.ERASED),
                  historyKey,
                  known,
                  BoundedHash.ask(pipeline, historyKey, MAX_HISTORY_BYTES, known.fields()),
                  baseVersion,
                  pipeline.hgetAll(keys.vectors(task, baseVersion)),
                  pipeline.get(keys.heads(task, baseVersion)));
            }));
  }

  /** Reads what an answer without history or heads needs, and {@link Responses#record} after it. */
  public UserState readImpersonal(AbstractPipeline pipeline, UserKey user, String queryId) {
    UserKeys keys = new UserKeys(user);
    Response<byte[]> recorded = pipeline.get(keys.response(queryId));
    Response<byte[]> erased = pipeline.hget(keys.user(), UserKeys.Fields.ERASED);
    pipeline.sync();
    return new UserState(
        valueOr(recorded, null),
        valueOr(erased, null),
        History.EMPTY,
        ItemVectors.none(""),
        Heads.NONE,
        List.of());
  }

  /**
   * A user's heads of one task for one base.
   *
   * @return {@link Heads#NONE} where there are none
   * @throws CorruptValueException if they cannot be read
   */
  public static Heads readHeads(UnifiedJedis redis, UserKey user, String task, String baseVersion) {
    return heads(redis.get(new UserKeys(user).heads(task, baseVersion)));
  }

  /** The same of many users, in one round trip. */
  public static List<Heads> readHeads(
      UnifiedJedis redis, List<UserKey> users, String task, String baseVersion) {
    return RedisClients.ask(
            redis,
            users,
            (pipeline, user) -> pipeline.get(new UserKeys(user).heads(task, baseVersion)))
        .stream()
        .map(reply -> heads(reply.get()))
        .toList();
  }

  private static Heads heads(byte[] bytes) {
    return bytes == null ? Heads.NONE : HeadsCodec.decode(bytes);
  }

  /** A history or head that is refused, as one of the wrong type is, takes nothing else along. */
  private UserState decode(AbstractPipeline pipeline, Replies replies) {
    // Null where the key holds something else: then nothing can be recorded either, and the answer
    // itself lacks nothing.
    byte[] recorded = valueOr(replies.recorded(), null);
    List<String> faults = new ArrayList<>();
    History history = History.EMPTY;
    try {
      history = history(pipeline, replies, faults);
    } catch (CorruptValueException e) {
      faults.add("the history cannot be read: replay the events");
    } catch (JedisDataException e) {
      faults.add("the history cannot be read, " + unlessAway(e) + ": replay the events");
    }
    Heads decoded = Heads.NONE;
    try {
      decoded = heads(replies.heads().get());
    } catch (CorruptValueException e) {
      faults.add("the user's head cannot be read, the population head answers: " + e.getMessage());
    } catch (JedisDataException e) {
      faults.add("the user's head cannot be read, the population head answers: " + unlessAway(e));
    }
    byte[] erased = valueOr(replies.erased(), null);
    History kept = Histories.since(erased, history);
    // An erasure is under way: the heads may have been fitted on what goes.
    Heads used = kept.items().size() < history.items().size() ? Heads.NONE : decoded;
    ItemVectors vectors =
        ItemVectors.fromHash(replies.baseVersion(), valueOr(replies.vectors(), Map.of()));
    return new UserState(recorded, erased, kept, vectors, used, faults);
  }

  private History history(AbstractPipeline pipeline, Replies replies, List<String> faults) {
    Object reply = replies.history().get();
    if (reply == null) {
      return replies.recent().history();
    }
    Optional<Map<byte[], byte[]>> hash = BoundedHash.read(reply);
    if (hash.isEmpty()) {
      return large.read(pipeline, replies.historyKey(), faults);
    }
    History history = new HistoryHash(hash.get()).history();
    recent.put(replies.historyKey(), history, hash.get(), BoundedHash.bytes(reply));
    return history;
  }

  /**
   * Says what is wrong with one key.
   *
   * @throws JedisDataException if nothing is, and Redis refuses for another reason
   */
  private static String unlessAway(JedisDataException refusal) {
    if (RedisFault.of(refusal) == RedisFault.AWAY) {
      throw refusal;
    }
    return RedisFault.aboutKey(refusal);
  }

  /**
   * Reads histories that take more memory than an answer has room for: whole, few such at a time,
   * and only their newest items are kept. Thread-safe.
   */
  private static final class LargeHistories {
    private static final int AT_ONCE = 2;
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final Semaphore places = new Semaphore(AT_ONCE, true);

    /**
     * @param faults takes what had to be left out
     * @throws io.hydra.schemas.redis.CorruptValueException if a value cannot be read
     */
    History read(AbstractPipeline pipeline, byte[] key, List<String> faults) {
      if (!acquire()) {
        faults.add("the history is very long, and others like it are being read: it was not used");
        return History.EMPTY;
      }
      try {
        Response<Map<byte[], byte[]>> whole = pipeline.hgetAll(key);
        pipeline.sync();
        return newest(new HistoryHash(whole.get()).history(), faults);
      } finally {
        places.release();
      }
    }

    private boolean acquire() {
      try {
        return places.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    private History newest(History history, List<String> faults) {
      List<HistoryItem> kept = new ArrayList<>();
      long bytes = 0;
      for (int i = history.items().size() - 1; i >= 0; i--) {
        HistoryItem item = history.items().get(i);
        bytes += item.input().getBytes(UTF_8).length + item.output().getBytes(UTF_8).length;
        if (bytes > MAX_HISTORY_BYTES) {
          faults.add(
              "the history has more text than an answer reads (%d bytes): its %d oldest items were not used"
                  .formatted(MAX_HISTORY_BYTES, i + 1));
          break;
        }
        kept.add(item);
      }
      Collections.reverse(kept);
      return new History(history.version(), kept);
    }
  }
}

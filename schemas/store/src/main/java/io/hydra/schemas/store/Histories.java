package io.hydra.schemas.store;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.ItemVectors;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.user.UserKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** Reads histories of the current view, each in one round trip. Thread-safe; writes nothing. */
public final class Histories {
  private final Views.Reader views = new Views.Reader();
  private final UnifiedJedis redis;

  /**
   * @param redis stays open
   */
  public Histories(UnifiedJedis redis) {
    this.redis = redis;
  }

  /**
   * One history of the current view.
   *
   * @return {@link History#EMPTY} for a user without
   * @throws Views.CorruptPointerException if the pointer names no view
   * @throws CorruptValueException if a value of the history cannot be read
   * @throws JedisException if Redis is away, or the key holds something else
   */
  public History read(UserKey user, String task) {
    return readWithVectors(user, task, List.of()).history();
  }

  /**
   * The same with the vectors that are kept beside it.
   *
   * @param bases versions of the bases whose vectors are wanted
   */
  public Known readWithVectors(UserKey user, String task, List<String> bases) {
    return ask(List.of(new HistoryId(user, task)), bases).get(0).known(bases);
  }

  /** The same of several histories in one round trip; without those that cannot be read. */
  public Map<HistoryId, Known> readWithVectors(List<HistoryId> ids, List<String> bases) {
    List<Replies> replies = ask(ids, bases);
    Map<HistoryId, Known> readable = new HashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      try {
        readable.put(ids.get(i), replies.get(i).known(bases));
      } catch (CorruptValueException | JedisDataException e) {
        // Whoever reads it alone is told.
      }
    }
    return readable;
  }

  private List<Replies> ask(List<HistoryId> ids, List<String> bases) {
    try (AbstractPipeline pipeline = redis.pipelined()) {
      return views.read(
          pipeline, view -> ids.stream().map(id -> Replies.of(pipeline, view, id, bases)).toList());
    }
  }

  private record Replies(
      Response<byte[]> erased,
      Response<Map<byte[], byte[]>> history,
      List<Response<Map<byte[], byte[]>>> vectors) {
    static Replies of(AbstractPipeline pipeline, View view, HistoryId id, List<String> bases) {
      UserKeys keys = new UserKeys(id.user());
      return new Replies(
          pipeline.hget(keys.user(), UserKeys.Fields.ERASED),
          pipeline.hgetAll(keys.history(view, id.task())),
          bases.stream().map(base -> pipeline.hgetAll(keys.vectors(id.task(), base))).toList());
    }

    Known known(List<String> bases) {
      List<ItemVectors> all = new ArrayList<>();
      for (int i = 0; i < bases.size(); i++) {
        all.add(ItemVectors.fromHash(bases.get(i), RedisFault.valueOr(vectors.get(i), Map.of())));
      }
      byte[] moment = RedisFault.valueOr(erased, null);
      return new Known(since(moment, History.fromHash(history.get())), all, moment);
    }
  }

  /**
   * A history with what is known beside it, read at one moment.
   *
   * @param vectors of each base that was asked for; none of one whose cannot be read
   * @param erased the moment of the user's last erasure, as Redis holds it; null if none, and where
   *     it cannot be read
   */
  @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
  public record Known(History history, List<ItemVectors> vectors, byte[] erased) {
    /** The moment in milliseconds since the epoch; 0 if none. */
    public long erasedUpTo() {
      return UserKeys.Fields.erasedUpTo(erased).orElse(0);
    }
  }

  /**
   * The part of a history that outlives an erasure under way. Otherwise an answer made from the
   * rest would pass for one made afterwards.
   */
  static History since(byte[] erased, History history) {
    if (erased == null) {
      return history;
    }
    long moment =
        UserKeys.Fields.erasedUpTo(erased)
            .orElseThrow(
                () -> new CorruptValueException("the moment of a user's erasure is no number"));
    return new History(
        history.version(),
        history.items().stream().filter(item -> item.occurredAt() > moment).toList());
  }
}

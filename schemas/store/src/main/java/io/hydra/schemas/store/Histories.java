package io.hydra.schemas.store;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.ItemVectors;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.user.UserKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
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
    UserKeys keys = new UserKeys(user);
    try (AbstractPipeline pipeline = redis.pipelined()) {
      Replies replies =
          views.read(
              pipeline,
              view ->
                  new Replies(
                      pipeline.hget(keys.user(), UserKeys.Fields.ERASED),
                      pipeline.hgetAll(keys.history(view, task)),
                      bases.stream()
                          .map(base -> pipeline.hgetAll(keys.vectors(task, base)))
                          .toList()));
      List<ItemVectors> vectors = new ArrayList<>();
      for (int i = 0; i < bases.size(); i++) {
        vectors.add(
            ItemVectors.fromHash(
                bases.get(i), RedisFault.valueOr(replies.vectors().get(i), Map.of())));
      }
      byte[] erased = RedisFault.valueOr(replies.erased(), null);
      return new Known(since(erased, History.fromHash(replies.history().get())), vectors, erased);
    }
  }

  private record Replies(
      Response<byte[]> erased,
      Response<Map<byte[], byte[]>> history,
      List<Response<Map<byte[], byte[]>>> vectors) {}

  /**
   * A history with what is known beside it, read at one moment.
   *
   * @param vectors of each base that was asked for; none of one whose cannot be read
   * @param erased the moment of the user's last erasure, as Redis holds it; null if none, and where
   *     it cannot be read
   */
  @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
  public record Known(History history, List<ItemVectors> vectors, byte[] erased) {}

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

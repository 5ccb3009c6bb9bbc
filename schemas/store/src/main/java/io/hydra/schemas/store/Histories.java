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
import java.util.Optional;
import java.util.stream.Stream;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Reads histories of the current view, one or several in a round trip. Thread-safe; writes nothing.
 */
public final class Histories {
  private static final int AT_ONCE = 8;

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
    return ask(List.of(new HistoryId(user, task)), bases, Long.MAX_VALUE)
        .get(0)
        .known(bases)
        .orElseThrow();
  }

  /**
   * The same of several histories, several in a round trip: the first of them, as many as there is
   * room for; without those that cannot be read, or would take more than an eighth of the room.
   *
   * @param maxBytes that all may have as Redis holds them; decoded they may take twice as much
   */
  public Map<HistoryId, Known> readWithVectors(
      List<HistoryId> ids, List<String> bases, long maxBytes) {
    long largest = maxBytes / AT_ONCE;
    long left = maxBytes;
    Map<HistoryId, Known> readable = new HashMap<>();
    for (int next = 0; next < ids.size() && left >= largest; ) {
      int end = (int) Math.min(next + left / largest, ids.size());
      for (Replies replies : ask(ids.subList(next, end), bases, largest / (1 + bases.size()))) {
        try {
          left -= replies.bytes();
          replies.known(bases).ifPresent(known -> readable.put(replies.id(), known));
        } catch (CorruptValueException | JedisDataException e) {
          // Whoever reads it alone is told.
        }
      }
      next = end;
    }
    return readable;
  }

  /**
   * @param maxBytes of a history, and of each base's vectors
   */
  private List<Replies> ask(List<HistoryId> ids, List<String> bases, long maxBytes) {
    try (AbstractPipeline pipeline = redis.pipelined()) {
      return views.read(
          pipeline,
          view -> ids.stream().map(id -> Replies.of(pipeline, view, id, bases, maxBytes)).toList());
    }
  }

  private record Replies(
      HistoryId id,
      Response<byte[]> erased,
      Response<Object> history,
      List<Response<Object>> vectors) {
    static Replies of(
        AbstractPipeline pipeline, View view, HistoryId id, List<String> bases, long maxBytes) {
      UserKeys keys = new UserKeys(id.user());
      return new Replies(
          id,
          pipeline.hget(keys.user(), UserKeys.Fields.ERASED),
          BoundedHash.ask(pipeline, keys.history(view, id.task()), maxBytes),
          bases.stream()
              .map(base -> BoundedHash.ask(pipeline, keys.vectors(id.task(), base), maxBytes))
              .toList());
    }

    /** Empty if one of the hashes is too large. */
    Optional<Known> known(List<String> bases) {
      Optional<Map<byte[], byte[]>> items = BoundedHash.read(history.get());
      List<ItemVectors> all = new ArrayList<>();
      for (int i = 0; i < bases.size(); i++) {
        String base = bases.get(i);
        BoundedHash.read(RedisFault.valueOr(vectors.get(i), List.of()))
            .ifPresent(hash -> all.add(ItemVectors.fromHash(base, hash)));
      }
      if (items.isEmpty() || all.size() < bases.size()) {
        return Optional.empty();
      }
      byte[] moment = RedisFault.valueOr(erased, null);
      return Optional.of(
          new Known(since(moment, new HistoryHash(items.get()).history()), all, moment));
    }

    /** Of what Redis sent. */
    long bytes() {
      return Stream.concat(Stream.of(history), vectors.stream())
          .mapToLong(reply -> BoundedHash.bytes(RedisFault.valueOr(reply, List.of())))
          .sum();
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
    long moment = UserKeys.Fields.requireErasedUpTo(erased);
    return new History(
        history.version(),
        history.items().stream().filter(item -> item.occurredAt() > moment).toList());
  }
}

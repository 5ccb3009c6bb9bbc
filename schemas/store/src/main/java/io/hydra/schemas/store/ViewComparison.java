package io.hydra.schemas.store;

import static io.hydra.schemas.redis.client.RedisFault.valueOr;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.redis.client.RedisClients;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;

/**
 * Two views, history by history. Both travel here: the same items may lie in packs of one and
 * beside those of the other.
 */
public final class ViewComparison {
  /** Histories of a view read in one round trip. */
  private static final int PIPELINED = 64;

  private final UnifiedJedis redis;
  private final View old;
  private final View fresh;
  private final HistoryLimits limits;

  public ViewComparison(UnifiedJedis redis, View old, View fresh, HistoryLimits limits) {
    this.redis = redis;
    this.old = old;
    this.fresh = fresh;
    this.limits = limits;
  }

  /**
   * @param same whether both hold the same items
   * @param oldVersion 0 if there is no old history
   * @param newVersion 0 if there is no new one
   * @param newItems in the new one
   */
  public record Verdict(
      HistoryId id, boolean same, long oldVersion, long newVersion, int newItems) {
    /** A head that knows the old history may not know this one, or think that it is ahead of it. */
    public boolean headsMustKnow() {
      return newItems > 0 && (!same || newVersion < oldVersion);
    }
  }

  /** One verdict for each history. */
  public List<Verdict> compare(List<HistoryId> ids) {
    List<Verdict> verdicts = new ArrayList<>(ids.size());
    for (int i = 0; i < ids.size(); i += PIPELINED) {
      compare(ids.subList(i, Math.min(ids.size(), i + PIPELINED)), verdicts);
    }
    return verdicts;
  }

  private void compare(List<HistoryId> ids, List<Verdict> verdicts) {
    List<Response<Object>> olds = ask(ids, old);
    List<Response<Object>> news = ask(ids, fresh);
    for (int i = 0; i < ids.size(); i++) {
      // One pair at a time: two large histories may be some 25 MB.
      Held before = held(ids.get(i), old, olds.get(i));
      Held after = held(ids.get(i), fresh, news.get(i));
      verdicts.add(
          new Verdict(
              ids.get(i),
              before.holdsTheSameAs(after),
              before.version(),
              after.version(),
              after.items().size()));
    }
  }

  /**
   * What a history holds, without a pack that nobody can read.
   *
   * @param items by event id
   */
  private record Held(long version, Map<String, byte[]> items) {
    static Held of(Map<byte[], byte[]> fields) {
      HistoryHash hash;
      try {
        hash = new HistoryHash(fields);
      } catch (CorruptValueException e) {
        hash = HistoryHash.withoutPack(fields);
      }
      return new Held(versionOf(hash), hash.items());
    }

    private static long versionOf(HistoryHash hash) {
      try {
        return hash.versionNumber();
      } catch (CorruptValueException e) {
        return 0;
      }
    }

    boolean holdsTheSameAs(Held other) {
      return items.keySet().equals(other.items.keySet())
          && items.keySet().stream()
              .allMatch(id -> Arrays.equals(items.get(id), other.items.get(id)));
    }
  }

  /** The items of the old histories as they are now, for {@link #lost}. */
  public Map<HistoryId, Map<String, byte[]>> oldHistories(List<HistoryId> ids) {
    List<Held> held = read(ids, old);
    Map<HistoryId, Map<String, byte[]>> histories = new LinkedHashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      histories.put(ids.get(i), held.get(i).items());
    }
    return histories;
  }

  /**
   * Items of old histories that the new ones lack and nothing explains, by history; those that lack
   * none are left out.
   */
  public Map<HistoryId, Integer> lost(Map<HistoryId, Map<String, byte[]>> had) {
    List<HistoryId> ids = List.copyOf(had.keySet());
    List<Held> has = read(ids, fresh);
    // After the histories: what an erasure took from them meanwhile is then known to be erased.
    List<Response<byte[]>> erased =
        RedisClients.ask(
            redis,
            ids,
            (pipeline, id) ->
                pipeline.hget(new UserKeys(id.user()).user(), UserKeys.Fields.ERASED));
    Map<HistoryId, Integer> lost = new LinkedHashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      // A moment that cannot be read rules nothing out: what it might have then counts as lost.
      long upTo = UserKeys.Fields.erasedUpTo(valueOr(erased.get(i), null)).orElse(0);
      int items = lost(limits, had.get(ids.get(i)), has.get(i).items(), upTo);
      if (items > 0) {
        lost.put(ids.get(i), items);
      }
    }
    return lost;
  }

  private List<Held> read(List<HistoryId> ids, View view) {
    List<Response<Object>> replies = ask(ids, view);
    return IntStream.range(0, ids.size())
        .mapToObj(i -> held(ids.get(i), view, replies.get(i)))
        .toList();
  }

  private List<Response<Object>> ask(List<HistoryId> ids, View view) {
    return RedisClients.ask(
        redis,
        ids,
        (pipeline, id) -> BoundedHash.ask(pipeline, id.history(view), StoredHistory.LARGE_BYTES));
  }

  private Held held(HistoryId id, View view, Response<Object> reply) {
    return Held.of(
        BoundedHash.read(valueOr(reply, List.of()))
            .orElseGet(() -> redis.hgetAll(id.history(view))));
  }

  /**
   * Counts the items of an old history that would be in the new one if they were written to it.
   * Items that the new one has had to drop, for its capacity, its age limit, an erasure or a
   * greater item of the same id, are not lost.
   *
   * @param erasedUpTo moment of the user's last erasure in ms; 0 for none
   */
  static int lost(
      HistoryLimits limits, Map<String, byte[]> old, Map<String, byte[]> fresh, long erasedUpTo) {
    Map<String, HistoryItem> has = readable(fresh);
    Stream<HistoryItem> both =
        Stream.concat(readable(old).values().stream(), has.values().stream());
    return (int)
        limits.keep(both.toList(), erasedUpTo).stream()
            .filter(item -> !item.equals(has.get(item.eventId())))
            .count();
  }

  private static Map<String, HistoryItem> readable(Map<String, byte[]> items) {
    Map<String, HistoryItem> readable = new HashMap<>();
    items.forEach(
        (id, item) -> {
          try {
            readable.put(id, HistoryItemCodec.decode(id, item));
          } catch (CorruptValueException e) {
            // Nobody can read it, so nobody misses it.
          }
        });
    return readable;
  }
}

package io.hydra.schemas.store;

import static io.hydra.schemas.redis.client.RedisFault.valueOr;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisScript;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;

/**
 * Two views, history by history. Redis itself compares, byte for byte; only histories that differ
 * travel here, when asked for.
 */
public final class ViewComparison {
  // Redis answers nobody else while it works off what one client has sent.
  private static final int PIPELINED = 64;

  private static final RedisScript COMPARE =
      RedisScript.load(ViewComparison.class, "compare-histories.lua");

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
    List<Response<Object>> replies =
        RedisClients.ask(
            redis,
            ids,
            (pipeline, id) -> COMPARE.eval(pipeline, 2, id.history(old), id.history(fresh)));
    for (int i = 0; i < ids.size(); i++) {
      List<?> reply = (List<?>) replies.get(i).get();
      verdicts.add(
          new Verdict(
              ids.get(i),
              number(reply, 0) == 1,
              number(reply, 1),
              number(reply, 2),
              (int) number(reply, 3)));
    }
  }

  private static long number(List<?> reply, int index) {
    return (Long) reply.get(index);
  }

  /** The old histories as they are now, for {@link #lost}. */
  public Map<HistoryId, Map<byte[], byte[]>> oldHistories(List<HistoryId> ids) {
    List<Map<byte[], byte[]>> hashes = read(ids, old);
    Map<HistoryId, Map<byte[], byte[]>> histories = new LinkedHashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      histories.put(ids.get(i), hashes.get(i));
    }
    return histories;
  }

  /**
   * Items of old histories that the new ones lack and nothing explains, by history; those that lack
   * none are left out.
   */
  public Map<HistoryId, Integer> lost(Map<HistoryId, Map<byte[], byte[]>> had) {
    List<HistoryId> ids = List.copyOf(had.keySet());
    List<Map<byte[], byte[]>> has = read(ids, fresh);
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
      int items = lost(limits, had.get(ids.get(i)), has.get(i), upTo);
      if (items > 0) {
        lost.put(ids.get(i), items);
      }
    }
    return lost;
  }

  private List<Map<byte[], byte[]>> read(List<HistoryId> ids, View view) {
    return RedisClients.ask(redis, ids, (pipeline, id) -> pipeline.hgetAll(id.history(view)))
        .stream()
        .map(reply -> valueOr(reply, Map.<byte[], byte[]>of()))
        .toList();
  }

  /**
   * Counts the items of an old history that would be in the new one if they were written to it.
   * Items that the new one has had to drop, for its capacity, its age limit, an erasure or a
   * greater item of the same id, are not lost.
   *
   * @param erasedUpTo moment of the user's last erasure in ms; 0 for none
   */
  static int lost(
      HistoryLimits limits, Map<byte[], byte[]> old, Map<byte[], byte[]> fresh, long erasedUpTo) {
    Map<String, HistoryItem> has = items(fresh);
    Stream<HistoryItem> both = Stream.concat(items(old).values().stream(), has.values().stream());
    return (int)
        limits.keep(both.toList(), erasedUpTo).stream()
            .filter(item -> !item.equals(has.get(item.eventId())))
            .count();
  }

  private static Map<String, HistoryItem> items(Map<byte[], byte[]> hash) {
    Map<String, HistoryItem> items = new HashMap<>();
    hash.forEach(
        (name, value) -> {
          String field = new String(name, StandardCharsets.UTF_8);
          if (field.startsWith(History.ITEM_PREFIX)) {
            String id = field.substring(History.ITEM_PREFIX.length());
            try {
              items.put(id, HistoryItemCodec.decode(id, value));
            } catch (CorruptValueException e) {
              // Nobody can read it, so nobody misses it.
            }
          }
        });
    return items;
  }
}

package io.hydra.stream.rebuild;

import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.redis.UserFields;
import io.hydra.schemas.redis.View;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.stream.history.HistoryLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Two views, history by history. Redis itself compares, byte for byte; only histories that differ
 * travel here, when asked for.
 */
final class ViewComparison {
  // Redis answers nobody else while it works off what one client has sent.
  private static final int PIPELINED = 64;

  private static final byte[] COMPARE =
      """
      local function read(key)
        local items, version, count = {}, 0, 0
        if redis.call('TYPE', key).ok == 'hash' then
          local all = redis.call('HGETALL', key)
          for i = 1, #all, 2 do
            if all[i] == 'm:version' then
              version = tonumber(all[i + 1]) or 0
            else
              items[all[i]] = all[i + 1]
              count = count + 1
            end
          end
        end
        return items, version, count
      end
      local old, old_version, old_count = read(KEYS[1])
      local new, new_version, new_count = read(KEYS[2])
      local same = old_count == new_count
      if same then
        for field, item in pairs(old) do
          if new[field] ~= item then
            same = false
            break
          end
        end
      end
      return {same and 1 or 0, old_version, new_version, new_count}
      """
          .getBytes(StandardCharsets.UTF_8);

  private final UnifiedJedis redis;
  private final View old;
  private final View fresh;
  private final HistoryLoss loss;

  ViewComparison(UnifiedJedis redis, View old, View fresh, HistoryLimits limits) {
    this.redis = redis;
    this.old = old;
    this.fresh = fresh;
    this.loss = new HistoryLoss(limits);
  }

  /**
   * @param same whether both hold the same items
   * @param oldVersion 0 if there is no old history
   * @param newVersion 0 if there is no new one
   * @param newItems in the new one
   */
  record Verdict(Slot slot, boolean same, long oldVersion, long newVersion, int newItems) {
    /** A head that knows the old history may not know this one, or think that it is ahead of it. */
    boolean headsMustKnow() {
      return newItems > 0 && (!same || newVersion < oldVersion);
    }
  }

  /** One verdict for each history. */
  List<Verdict> compare(List<Slot> slots) {
    List<Verdict> verdicts = new ArrayList<>(slots.size());
    for (int i = 0; i < slots.size(); i += PIPELINED) {
      compare(slots.subList(i, Math.min(slots.size(), i + PIPELINED)), verdicts);
    }
    return verdicts;
  }

  private void compare(List<Slot> slots, List<Verdict> verdicts) {
    List<Response<Object>> replies = new ArrayList<>(slots.size());
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (Slot slot : slots) {
        replies.add(pipeline.eval(COMPARE, 2, slot.history(old), slot.history(fresh)));
      }
      pipeline.sync();
    }
    for (int i = 0; i < slots.size(); i++) {
      List<?> reply = (List<?>) replies.get(i).get();
      verdicts.add(
          new Verdict(
              slots.get(i),
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
  Map<Slot, Map<byte[], byte[]>> oldHistories(List<Slot> slots) {
    return read(slots, old);
  }

  /**
   * Items of old histories that the new ones lack and nothing explains, by history; those that lack
   * none are left out.
   */
  Map<Slot, Integer> lost(Map<Slot, Map<byte[], byte[]>> had) {
    List<Slot> slots = List.copyOf(had.keySet());
    Map<Slot, Map<byte[], byte[]>> has = read(slots, fresh);
    // After the histories: what an erasure took from them meanwhile is then known to be erased.
    Map<Slot, Long> erased = erasedUpTo(slots);
    Map<Slot, Integer> lost = new LinkedHashMap<>();
    for (Slot slot : slots) {
      int items = loss.count(had.get(slot), has.get(slot), erased.get(slot));
      if (items > 0) {
        lost.put(slot, items);
      }
    }
    return lost;
  }

  private Map<Slot, Map<byte[], byte[]>> read(List<Slot> slots, View view) {
    Map<Slot, Response<Map<byte[], byte[]>>> replies = new LinkedHashMap<>();
    try (AbstractPipeline pipeline = redis.pipelined()) {
      slots.forEach(slot -> replies.put(slot, pipeline.hgetAll(slot.history(view))));
      pipeline.sync();
    }
    Map<Slot, Map<byte[], byte[]>> histories = new LinkedHashMap<>();
    replies.forEach((slot, reply) -> histories.put(slot, hash(reply)));
    return histories;
  }

  private static Map<byte[], byte[]> hash(Response<Map<byte[], byte[]>> reply) {
    try {
      return reply.get();
    } catch (JedisDataException e) {
      if (RedisFault.of(e) == RedisFault.ONE_KEY) {
        return Map.of();
      }
      throw e;
    }
  }

  private Map<Slot, Long> erasedUpTo(List<Slot> slots) {
    Map<Slot, Response<byte[]>> replies = new LinkedHashMap<>();
    try (AbstractPipeline pipeline = redis.pipelined()) {
      slots.forEach(
          slot ->
              replies.put(slot, pipeline.hget(RedisKeys.user(slot.user()), UserFields.erased())));
      pipeline.sync();
    }
    Map<Slot, Long> moments = new LinkedHashMap<>();
    replies.forEach((slot, reply) -> moments.put(slot, moment(reply)));
    return moments;
  }

  /** One that cannot be read rules nothing out: what it might have then counts as lost. */
  private static long moment(Response<byte[]> reply) {
    try {
      return UserFields.erasedUpTo(reply.get()).orElse(0);
    } catch (JedisDataException e) {
      if (RedisFault.of(e) == RedisFault.ONE_KEY) {
        return 0;
      }
      throw e;
    }
  }
}

package io.hydra.schemas.store;

import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.redis.client.RedisScript;
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
public final class ViewComparison {
  // Redis answers nobody else while it works off what one client has sent.
  private static final int PIPELINED = 64;

  private static final RedisScript COMPARE =
      RedisScript.load(ViewComparison.class, "compare-histories.lua");

  private final UnifiedJedis redis;
  private final View old;
  private final View fresh;
  private final HistoryLoss loss;

  public ViewComparison(UnifiedJedis redis, View old, View fresh, HistoryLimits limits) {
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
    List<Response<Object>> replies = new ArrayList<>(ids.size());
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (HistoryId id : ids) {
        replies.add(COMPARE.eval(pipeline, 2, id.history(old), id.history(fresh)));
      }
      pipeline.sync();
    }
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
    return read(ids, old);
  }

  /**
   * Items of old histories that the new ones lack and nothing explains, by history; those that lack
   * none are left out.
   */
  public Map<HistoryId, Integer> lost(Map<HistoryId, Map<byte[], byte[]>> had) {
    List<HistoryId> ids = List.copyOf(had.keySet());
    Map<HistoryId, Map<byte[], byte[]>> has = read(ids, fresh);
    // After the histories: what an erasure took from them meanwhile is then known to be erased.
    Map<HistoryId, Long> erased = erasedUpTo(ids);
    Map<HistoryId, Integer> lost = new LinkedHashMap<>();
    for (HistoryId id : ids) {
      int items = loss.count(had.get(id), has.get(id), erased.get(id));
      if (items > 0) {
        lost.put(id, items);
      }
    }
    return lost;
  }

  private Map<HistoryId, Map<byte[], byte[]>> read(List<HistoryId> ids, View view) {
    Map<HistoryId, Response<Map<byte[], byte[]>>> replies = new LinkedHashMap<>();
    try (AbstractPipeline pipeline = redis.pipelined()) {
      ids.forEach(id -> replies.put(id, pipeline.hgetAll(id.history(view))));
      pipeline.sync();
    }
    Map<HistoryId, Map<byte[], byte[]>> histories = new LinkedHashMap<>();
    replies.forEach((id, reply) -> histories.put(id, hash(reply)));
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

  private Map<HistoryId, Long> erasedUpTo(List<HistoryId> ids) {
    Map<HistoryId, Response<byte[]>> replies = new LinkedHashMap<>();
    try (AbstractPipeline pipeline = redis.pipelined()) {
      ids.forEach(
          id ->
              replies.put(id, pipeline.hget(new UserKeys(id.user()).user(), UserFields.erased())));
      pipeline.sync();
    }
    Map<HistoryId, Long> moments = new LinkedHashMap<>();
    replies.forEach((id, reply) -> moments.put(id, moment(reply)));
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

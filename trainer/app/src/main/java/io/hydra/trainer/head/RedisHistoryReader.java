package io.hydra.trainer.head;

import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.user.UserKey;
import redis.clients.jedis.UnifiedJedis;

/** Reads a history in one round trip, waiting out a Redis that is away for a while. */
public final class RedisHistoryReader implements HistoryReader {
  private final UnifiedJedis redis;
  private final Retry retry;

  public RedisHistoryReader(UnifiedJedis redis, Retry retry) {
    this.redis = redis;
    this.retry = retry;
  }

  @Override
  public History read(UserKey user, String task) {
    return retry.call(
        "reading a history", () -> History.fromHash(redis.hgetAll(RedisKeys.history(user, task))));
  }
}

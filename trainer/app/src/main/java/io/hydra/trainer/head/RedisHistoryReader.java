package io.hydra.trainer.head;

import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.user.UserKey;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** Reads a history in one round trip, waiting out a Redis that is away for a while. */
public final class RedisHistoryReader implements HistoryReader {
  private static final String WRONG_TYPE = "WRONGTYPE";

  private final UnifiedJedis redis;
  private final Retry retry;

  public RedisHistoryReader(UnifiedJedis redis, Retry retry) {
    this.redis = redis;
    this.retry = retry;
  }

  @Override
  public History read(UserKey user, String task) throws RejectedRecordException {
    return retry.call("reading a history", () -> readOnce(user, task));
  }

  private History readOnce(UserKey user, String task) throws RejectedRecordException {
    try {
      return History.fromHash(redis.hgetAll(RedisKeys.history(user, task)));
    } catch (CorruptValueException e) {
      throw new RejectedRecordException(e.getMessage(), e);
    } catch (JedisDataException e) {
      if (String.valueOf(e.getMessage()).startsWith(WRONG_TYPE)) {
        throw new RejectedRecordException("the history's key holds something else: delete it", e);
      }
      throw e;
    }
  }
}

package io.hydra.trainer.head;

import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.store.Histories;
import io.hydra.schemas.store.Views;
import io.hydra.schemas.user.UserKey;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** Reads histories of the current view, each in one round trip, and waits while Redis is away. */
public final class RedisHistoryReader implements HistoryReader {
  private final Histories histories;
  private final Dependencies dependencies;

  public RedisHistoryReader(UnifiedJedis redis, Dependencies dependencies) {
    this.histories = new Histories(redis);
    this.dependencies = dependencies;
  }

  @Override
  public History read(UserKey user, String task) throws RejectedRecordException {
    return dependencies.redis(() -> readOnce(user, task));
  }

  private History readOnce(UserKey user, String task) throws RejectedRecordException {
    try {
      return histories.read(user, task);
    } catch (Views.CorruptPointerException e) {
      // Everybody's: to be waited for, as Redis is.
      throw e;
    } catch (CorruptValueException e) {
      throw new RejectedRecordException(e.getMessage(), e);
    } catch (JedisDataException e) {
      if (RedisFault.of(e) == RedisFault.ONE_KEY) {
        throw new RejectedRecordException(
            "the key of the history holds something else: delete it", e);
      }
      throw e;
    }
  }
}

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

/** The source of histories for the trainer. */
public interface HistoryReader {
  /**
   * @return {@link History#EMPTY} for a user without
   * @throws RejectedRecordException if what is stored can never be read by this program
   */
  History read(UserKey user, String task) throws RejectedRecordException;

  /** Reads histories of the current view, each in one round trip, and waits while Redis is away. */
  static HistoryReader of(UnifiedJedis redis, Dependencies dependencies) {
    Histories histories = new Histories(redis);
    return (user, task) -> dependencies.redis(() -> read(histories, user, task));
  }

  private static History read(Histories histories, UserKey user, String task)
      throws RejectedRecordException {
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

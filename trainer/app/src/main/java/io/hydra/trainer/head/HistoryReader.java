package io.hydra.trainer.head;

import io.hydra.model.PersonalModel;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.ItemVectors;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.store.Histories;
import io.hydra.schemas.store.VectorWriter.Change;
import io.hydra.schemas.store.Views;
import io.hydra.schemas.user.UserKey;
import java.util.List;
import java.util.function.Consumer;
import redis.clients.jedis.exceptions.JedisDataException;

/** The source of histories for the trainer. */
public interface HistoryReader {
  /**
   * @throws RejectedRecordException if what is stored can never be read by this program
   */
  Read read(UserKey user, TaskSpec task) throws RejectedRecordException;

  /** Forgets what may have been read of a user already: there was an erasure. */
  default void forget(UserKey user) {}

  /** The same of one task: the request that it was read for has been handled. */
  default void forget(UserKey user, String task) {}

  /** Forgets whatever this thread has read already: a partition goes. */
  default void forgetAll() {}

  /**
   * A history as it was read.
   *
   * @param history {@link History#EMPTY} for a user without
   * @param erasedUpTo the user's erasure moment, in milliseconds since the epoch; 0 if there is
   *     none
   */
  record Read(History history, long erasedUpTo) {}

  /**
   * Reads histories of the current view, and waits while Redis is away.
   *
   * @param bases make the vectors of items that are not kept beside the history
   * @param keeper has them kept
   */
  static HistoryReader of(
      ReadAhead ahead, Dependencies dependencies, Bases bases, Consumer<Change> keeper) {
    List<PersonalModel> models = bases.keepingVectors();
    return new HistoryReader() {
      @Override
      public Read read(UserKey user, TaskSpec task) throws RejectedRecordException {
        Histories.Known known =
            dependencies.redis(() -> HistoryReader.read(ahead, user, task.id()));
        for (int i = 0; i < models.size(); i++) {
          ItemVectors kept = known.vectors().get(i);
          models
              .get(i)
              .vectors(task, known.history().items(), kept)
              .ifPresent(
                  all -> keeper.accept(new Change(user, task.id(), known.erased(), kept, all)));
        }
        return new Read(known.history(), known.erasedUpTo());
      }

      @Override
      public void forget(UserKey user) {
        ahead.forget(user);
      }

      @Override
      public void forget(UserKey user, String task) {
        ahead.forget(user, task);
      }

      @Override
      public void forgetAll() {
        ahead.forgetAll();
      }
    };
  }

  private static Histories.Known read(ReadAhead ahead, UserKey user, String task)
      throws RejectedRecordException {
    try {
      return ahead.read(user, task);
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

package io.hydra.trainer.head;

import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.ItemVectors;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.store.Histories;
import io.hydra.schemas.store.VectorWriter.Change;
import io.hydra.schemas.store.Views;
import io.hydra.schemas.user.UserKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** The source of histories for the trainer. */
public interface HistoryReader {
  /**
   * @return {@link History#EMPTY} for a user without
   * @throws RejectedRecordException if what is stored can never be read by this program
   */
  History read(UserKey user, TaskSpec task) throws RejectedRecordException;

  /**
   * Reads histories of the current view, each in one round trip, and waits while Redis is away.
   *
   * @param vectors makes those of the items that are not kept beside the history
   * @param keeper has all of them kept
   */
  static HistoryReader of(
      UnifiedJedis redis,
      Dependencies dependencies,
      VectorSource vectors,
      Consumer<Change> keeper) {
    Histories histories = new Histories(redis);
    return (user, task) -> {
      Histories.Known known = dependencies.redis(() -> read(histories, user, task.id()));
      vectors
          .vectors(task, known.history().items(), known.vectors())
          .ifPresent(all -> keeper.accept(new Change(user, task.id(), known, all)));
      return known.history();
    };
  }

  /** The model's part: {@link io.hydra.model.PersonalModel#vectors}. */
  @FunctionalInterface
  interface VectorSource {
    /** Of no history, for a base without vectors to keep. */
    VectorSource NONE = (task, items, kept) -> Optional.empty();

    Optional<ItemVectors> vectors(TaskSpec task, List<HistoryItem> items, ItemVectors kept);
  }

  private static Histories.Known read(Histories histories, UserKey user, String task)
      throws RejectedRecordException {
    try {
      return histories.readWithVectors(user, task);
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

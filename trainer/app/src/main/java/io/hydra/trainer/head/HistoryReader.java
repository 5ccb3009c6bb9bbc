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
   * @param bases make the vectors of items that are not kept beside the history
   * @param keeper has them kept
   */
  static HistoryReader of(
      UnifiedJedis redis, Dependencies dependencies, Bases bases, Consumer<Change> keeper) {
    Histories histories = new Histories(redis);
    List<PersonalModel> models =
        bases.models().stream().filter(PersonalModel::keepsVectors).toList();
    List<String> versions = models.stream().map(PersonalModel::baseVersion).toList();
    return (user, task) -> {
      Histories.Known known = dependencies.redis(() -> read(histories, user, task.id(), versions));
      for (int i = 0; i < models.size(); i++) {
        ItemVectors kept = known.vectors().get(i);
        models
            .get(i)
            .vectors(task, known.history().items(), kept)
            .ifPresent(
                all -> keeper.accept(new Change(user, task.id(), known.erased(), kept, all)));
      }
      return known.history();
    };
  }

  private static Histories.Known read(
      Histories histories, UserKey user, String task, List<String> bases)
      throws RejectedRecordException {
    try {
      return histories.readWithVectors(user, task, bases);
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

package io.hydra.trainer.head;

import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.user.UserKey;

/** Where the trainer reads histories. */
public interface HistoryReader {
  /**
   * @return {@link History#EMPTY} for a user without
   * @throws RejectedRecordException if what is stored can never be read by this program
   */
  History read(UserKey user, String task) throws RejectedRecordException;
}

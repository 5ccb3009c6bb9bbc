package io.hydra.trainer.head;

import io.hydra.schemas.redis.History;
import io.hydra.schemas.user.UserKey;

/** Where the trainer reads histories. */
public interface HistoryReader {
  /**
   * @return {@link History#EMPTY} for a user without
   */
  History read(UserKey user, String task);
}

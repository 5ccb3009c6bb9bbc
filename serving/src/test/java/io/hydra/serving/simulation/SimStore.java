package io.hydra.serving.simulation;

import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.ItemVectors;
import io.hydra.schemas.store.UserState;
import io.hydra.schemas.user.UserKey;
import io.hydra.serving.state.UserStates;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A Redis that is there, or away. */
final class SimStore {
  private final Map<String, byte[]> responses = new HashMap<>();
  boolean away;

  /** Set once it has been away. */
  boolean wasAway;

  /**
   * @param replayed told of each query whose record is read
   */
  UserStates open(Consumer<String> replayed) {
    return new UserStates() {
      @Override
      public UserState read(UserKey user, String task, String baseVersion, String queryId) {
        return readImpersonal(user, queryId);
      }

      @Override
      public UserState readImpersonal(UserKey user, String queryId) {
        requireThere();
        byte[] recorded = responses.get(queryId);
        if (recorded != null) {
          replayed.accept(queryId);
        }
        return new UserState(
            recorded, null, History.EMPTY, ItemVectors.none(""), Heads.NONE, List.of());
      }

      @Override
      public byte[] record(UserKey user, String queryId, byte[] response, UserState state) {
        requireThere();
        byte[] before = responses.putIfAbsent(queryId, response);
        return before == null ? response : before;
      }
    };
  }

  private void requireThere() {
    if (away) {
      wasAway = true;
      throw new UserStates.UnavailableException("Redis does not answer", true, null);
    }
  }
}

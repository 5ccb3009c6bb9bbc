package io.hydra.serving.state;

import io.hydra.schemas.store.UserState;
import io.hydra.schemas.user.UserKey;

/**
 * The kept state of users, and the responses that they were given. All methods may block, and throw
 * {@link UnavailableException}.
 */
public interface UserStates {
  /** The store does not answer, or refuses; the message says which, and holds no user text. */
  final class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean away;

    public UnavailableException(String message, boolean away, Throwable cause) {
      super(message, cause);
      this.away = away;
    }

    /**
     * Tells whether the store is at fault, so that another attempt may succeed; else a user's key.
     */
    public boolean isAway() {
      return away;
    }
  }

  /** Everything that an answer needs, of one moment. */
  UserState read(UserKey user, String task, String baseVersion, String queryId);

  /** Reads what an answer without history or heads needs, and {@link #record} after it. */
  UserState readImpersonal(UserKey user, String queryId);

  /** Records a response unless there is one, and returns the one that stands. */
  byte[] record(UserKey user, String queryId, byte[] response, UserState state);
}

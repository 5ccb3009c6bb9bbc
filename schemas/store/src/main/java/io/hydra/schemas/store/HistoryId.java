package io.hydra.schemas.store;

import io.hydra.schemas.user.UserKey;
import java.util.Optional;

/** The identity of a history: its user and its task. */
public record HistoryId(UserKey user, String task) {
  /** Of a history's hash; empty if no program of this project wrote such a key. */
  static Optional<HistoryId> of(View view, String key) {
    int begin = Layout.histories(view).length() - 1;
    // A task holds no brace, a user id may.
    int end = key.lastIndexOf("}:");
    if (end < begin) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new HistoryId(UserKey.parse(key.substring(begin, end)), key.substring(end + 2)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The key of its hash, to watch it from outside. */
  public byte[] history(View view) {
    return new UserKeys(user).history(view, task);
  }
}

package io.hydra.stream.history;

import io.hydra.schemas.user.UserKey;
import java.util.List;
import java.util.OptionalLong;

/**
 * Rolling histories. Each is the set of the most recent distinct events by (occurred_at, event id),
 * none older than the age limit before the newest, none at or before the user's last erasure. So
 * the order of writes and erasures and their repetition do not matter: any sequence that holds the
 * same events leaves the same items. Of two events with one id, the greater by (occurred_at, bytes)
 * counts. A write is atomic for its user and task.
 */
public interface HistoryStore extends AutoCloseable {
  /**
   * Applies the writes, those of one user and task in order.
   *
   * @return one outcome for each write, in the same order
   * @throws StoreUnavailableException if the store is away; any part of the writes may have
   *     happened, and all of them can be repeated
   */
  List<WriteOutcome> write(List<HistoryWrite> writes);

  /**
   * Forgets a user up to a moment: histories, heads, recorded responses. Whatever occurred at or
   * before that moment stays out from then on.
   *
   * @throws StoreUnavailableException if the store is away; any part may have happened, and all of
   *     it can be repeated
   * @throws HistoryRefusedException if it can never be done, since a key of the user is no such key
   */
  Erased erase(Erasure erasure);

  /** What one history takes in memory; empty if the store cannot tell, for whatever reason. */
  default OptionalLong bytes(UserKey user, String task) {
    return OptionalLong.empty();
  }

  @Override
  void close();
}

package io.hydra.stream.history;

import java.util.List;

/**
 * Rolling histories. Each is the set of the most recent distinct events by (occurred_at, event id),
 * so the order of writes and their repetition do not matter: any sequence of writes that holds the
 * same events leaves the same items. Of two events with one id, the greater by (occurred_at, bytes)
 * counts. A write is atomic for its user and task.
 */
public interface HistoryStore extends AutoCloseable {
  /**
   * Applies the writes in order.
   *
   * @return one outcome for each write, in the same order
   * @throws StoreUnavailableException if the store is away; any part of the writes may have
   *     happened, and all of them can be repeated
   */
  List<WriteOutcome> write(List<HistoryWrite> writes);

  @Override
  void close();
}

package io.hydra.stream.writer;

import io.hydra.runtime.retry.Retry;
import io.hydra.schemas.store.HistoryStore;
import io.hydra.schemas.store.HistoryStore.Erased;
import io.hydra.schemas.store.HistoryStore.Outcome;
import io.hydra.schemas.store.HistoryStore.Write;
import io.hydra.stream.event.UserEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * Carries out events on a store, in their order, and waits while it is away: what they ask for is
 * idempotent, and asking again in order keeps versions rising.
 */
public record StoreWriter(HistoryStore store, Retry retry) {
  public StoreWriter(HistoryStore store) {
    this(
        store,
        Retry.endless("Redis (histories)", e -> e instanceof HistoryStore.UnavailableException));
  }

  /**
   * The outcome of one event: exactly one of the two.
   *
   * @param outcome of a write, or of an erasure that was refused
   * @param erased of an erasure
   */
  public record Result(Outcome outcome, Erased erased) {}

  /**
   * Writes in as few calls as there are erasures between them.
   *
   * @return one result for each event, in order
   */
  public List<Result> write(List<UserEvent> events) throws InterruptedException {
    List<Result> results = new ArrayList<>(events.size());
    List<Write> writes = new ArrayList<>(events.size());
    for (UserEvent event : events) {
      if (event.isErasure()) {
        flush(writes, results);
        results.add(erase(event.erasure()));
      } else {
        writes.add(event.write());
      }
    }
    flush(writes, results);
    return results;
  }

  private Result erase(HistoryStore.Erasure erasure) throws InterruptedException {
    try {
      return new Result(null, retry.call(() -> store.erase(erasure)));
    } catch (HistoryStore.RefusedException e) {
      return new Result(Outcome.REFUSED, null);
    }
  }

  private void flush(List<Write> writes, List<Result> results) throws InterruptedException {
    if (!writes.isEmpty()) {
      for (Outcome outcome : retry.call(() -> store.write(writes))) {
        results.add(new Result(outcome, null));
      }
      writes.clear();
    }
  }
}

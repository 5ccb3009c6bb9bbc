package io.hydra.stream.writer;

import io.hydra.runtime.retry.Retry;
import io.hydra.schemas.store.HistoryStore;
import io.hydra.schemas.store.HistoryStore.Erased;
import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.store.HistoryStore.Outcome;
import io.hydra.schemas.store.HistoryStore.Write;
import io.hydra.stream.event.UserEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;

/**
 * Sends batches to the store from one thread of its own, in the order they came. While the store is
 * away a batch is sent again, whole: what it asks for is idempotent, and resending in order keeps
 * versions rising. Its owner bounds how much is on the way.
 *
 * <p>Closing drops what is not yet sent, without a word: its owner repeats it after a restart.
 */
final class BatchSender implements AutoCloseable {
  private static final long CLOSE_TIMEOUT_MILLIS = 5_000;

  private final HistoryStore store;
  private final Retry retry;
  private final Listener listener;
  private final BlockingQueue<List<UserEvent>> queue = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile boolean closed;

  /**
   * What became of one event: exactly one of the two.
   *
   * @param outcome of a write, or of an erasure that was refused
   * @param erased of an erasure
   */
  record Result(Outcome outcome, Erased erased) {}

  /** Told of each batch, on the sender's thread. */
  interface Listener {
    /**
     * @param results one for each event, in order
     */
    void written(List<UserEvent> batch, List<Result> results);

    /** The store failed in a way that no retry mends. */
    void failed(Throwable failure);
  }

  /** Takes over {@code store} and closes it. */
  BatchSender(HistoryStore store, Retry retry, Listener listener, ThreadFactory threads) {
    this.store = store;
    this.retry = retry;
    this.listener = listener;
    this.thread = threads.newThread(this::sendBatches);
    thread.start();
  }

  /** Never waits. */
  void send(List<UserEvent> batch) {
    queue.add(batch);
  }

  private void sendBatches() {
    try {
      while (!closed) {
        List<UserEvent> batch = queue.take();
        listener.written(batch, results(batch));
      }
    } catch (InterruptedException e) {
      // Closed: what is left is dropped.
    } catch (RuntimeException | Error e) {
      if (!closed) {
        listener.failed(e);
      }
    }
  }

  /** An erasure parts the writes before it from those after it. */
  private List<Result> results(List<UserEvent> batch) throws InterruptedException {
    List<Result> results = new ArrayList<>(batch.size());
    List<Write> writes = new ArrayList<>(batch.size());
    for (UserEvent event : batch) {
      if (event.isErasure()) {
        write(writes, results);
        results.add(erase(event.erasure()));
      } else {
        writes.add(event.write());
      }
    }
    write(writes, results);
    return results;
  }

  private Result erase(Erasure erasure) throws InterruptedException {
    try {
      return new Result(null, retry.call(() -> store.erase(erasure)));
    } catch (HistoryStore.RefusedException e) {
      return new Result(Outcome.REFUSED, null);
    }
  }

  private void write(List<Write> writes, List<Result> results) throws InterruptedException {
    if (!writes.isEmpty()) {
      for (Outcome outcome : retry.call(() -> store.write(writes))) {
        results.add(new Result(outcome, null));
      }
      writes.clear();
    }
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.interrupt();
    thread.join(CLOSE_TIMEOUT_MILLIS);
    store.close();
  }
}

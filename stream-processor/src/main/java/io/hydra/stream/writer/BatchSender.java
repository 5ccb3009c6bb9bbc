package io.hydra.stream.writer;

import io.hydra.stream.event.UserEvent;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Sends batches to the store from one thread, in the order they came. Its owner bounds how much is
 * on the way.
 *
 * <p>Closing drops what is not yet sent, without a word: its owner repeats it after a restart.
 */
final class BatchSender implements AutoCloseable {
  private static final long CLOSE_TIMEOUT_MILLIS = 5_000;

  /** So long without events it is calm. */
  private static final long CALM_MILLIS = 50;

  private final StoreWriter writer;
  private final Listener listener;
  private final BlockingQueue<List<UserEvent>> queue = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile boolean closed;

  /** Told of each batch, on the sender's thread. */
  interface Listener {
    /**
     * @param results one for each event, in order
     */
    void written(List<UserEvent> batch, List<StoreWriter.Result> results);

    /** The store failed in a way that no retry mends. */
    void failed(Throwable failure);
  }

  /** Closes the writer's store. */
  BatchSender(StoreWriter writer, Listener listener, ThreadFactory threads) {
    this.writer = writer;
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
      boolean untidy = false;
      long patience = CALM_MILLIS;
      while (!closed) {
        List<UserEvent> batch = untidy ? queue.poll(patience, TimeUnit.MILLISECONDS) : queue.take();
        if (batch != null) {
          listener.written(batch, writer.write(batch));
        }
        // A backlog is worked off first.
        untidy = !queue.isEmpty() || writer.store().tidy(batch == null ? 0 : batch.size());
        patience = batch == null ? 0 : CALM_MILLIS;
      }
    } catch (InterruptedException e) {
      // Closed: what is left is dropped.
    } catch (RuntimeException | Error e) {
      if (!closed) {
        listener.failed(e);
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.interrupt();
    thread.join(CLOSE_TIMEOUT_MILLIS);
    writer.store().close();
  }
}

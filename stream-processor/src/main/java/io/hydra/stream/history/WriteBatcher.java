package io.hydra.stream.history;

import io.hydra.stream.retry.Retrier;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Gathers writes into batches and sends them from one thread of its own, in the order they came.
 * While the store is away a batch is sent again, whole: writes are idempotent, and resending in
 * order keeps versions rising. Any other failure fails the batch's writes and no others.
 *
 * <p>Closing drops what is not yet sent, without completing it: its owner repeats it after a
 * restart.
 */
final class WriteBatcher implements AutoCloseable {
  private static final long CLOSE_TIMEOUT_MILLIS = 5_000;

  private final HistoryStore store;
  private final BatchSettings settings;
  private final Retrier retrier;
  private final LongSupplier nanoClock;
  private final BlockingQueue<Pending> queue;
  private final Thread sender;
  private volatile boolean closed;

  private record Pending(
      HistoryWrite write, CompletableFuture<WriteOutcome> outcome, long submittedAt) {}

  /** Takes over {@code store} and closes it. */
  WriteBatcher(
      HistoryStore store,
      BatchSettings settings,
      Retrier retrier,
      LongSupplier nanoClock,
      ThreadFactory threads) {
    this.store = store;
    this.settings = settings;
    this.retrier = retrier;
    this.nanoClock = nanoClock;
    this.queue = new ArrayBlockingQueue<>(settings.inFlight());
    this.sender = threads.newThread(this::sendBatches);
    sender.start();
  }

  /** Waits for room if as many writes as allowed are in flight. */
  CompletableFuture<WriteOutcome> submit(HistoryWrite write) throws InterruptedException {
    CompletableFuture<WriteOutcome> outcome = new CompletableFuture<>();
    queue.put(new Pending(write, outcome, nanoClock.getAsLong()));
    return outcome;
  }

  private void sendBatches() {
    List<Pending> batch = new ArrayList<>(settings.size());
    try {
      while (!closed) {
        gather(batch);
        send(batch);
        batch.clear();
      }
    } catch (InterruptedException e) {
      // Closed: what is left is dropped.
    }
  }

  private void gather(List<Pending> batch) throws InterruptedException {
    batch.add(queue.take());
    long deadline = batch.get(0).submittedAt() + settings.delay().toNanos();
    while (true) {
      queue.drainTo(batch, settings.size() - batch.size());
      long left = deadline - nanoClock.getAsLong();
      if (batch.size() == settings.size() || left <= 0) {
        return;
      }
      Pending next = queue.poll(left, TimeUnit.NANOSECONDS);
      if (next == null) {
        return;
      }
      batch.add(next);
    }
  }

  private void send(List<Pending> batch) throws InterruptedException {
    List<HistoryWrite> writes = batch.stream().map(Pending::write).toList();
    List<WriteOutcome> outcomes;
    try {
      outcomes = retrier.call(() -> store.write(writes));
    } catch (RuntimeException | Error e) {
      batch.forEach(pending -> pending.outcome().completeExceptionally(e));
      return;
    }
    for (int i = 0; i < outcomes.size(); i++) {
      batch.get(i).outcome().complete(outcomes.get(i));
    }
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    sender.interrupt();
    sender.join(CLOSE_TIMEOUT_MILLIS);
    store.close();
  }
}

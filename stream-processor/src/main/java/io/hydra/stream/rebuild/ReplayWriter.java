package io.hydra.stream.rebuild;

import io.hydra.runtime.retry.Retry;
import io.hydra.runtime.service.Threads;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.store.HistoryStore;
import io.hydra.schemas.store.RebuildException;
import io.hydra.stream.event.EventIntake;
import io.hydra.stream.event.RawRecord;
import io.hydra.stream.event.UserEvent;
import io.hydra.stream.writer.StoreWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;

/**
 * Collects records into batches on its owner's thread, and decodes and writes them on its own, so
 * that the next ones are read meanwhile. Few batches are on the way; then its owner waits.
 */
final class ReplayWriter implements AutoCloseable {
  private static final int BATCHES_ON_THE_WAY = 2;
  // A few large events are as much to hold as many small ones.
  private static final int BATCH_BYTES = 2 * 1024 * 1024;

  /** In place of a batch: nothing more comes for now. */
  private static final List<RawRecord> TO_TIDY = List.of();

  private final EventIntake intake;
  private final StoreWriter writer;
  private final Replay.Tally tally;
  private final Retry registry =
      Retry.endless("the schema registry", e -> e instanceof RegistryUnavailableException);
  private final BlockingQueue<List<RawRecord>> queue = new ArrayBlockingQueue<>(BATCHES_ON_THE_WAY);
  private final Semaphore free = new Semaphore(BATCHES_ON_THE_WAY);
  private final Thread thread;
  private List<RawRecord> open;
  private long openBytes;
  private volatile Throwable failure;

  /** Takes over {@code store} and closes it. */
  ReplayWriter(EventIntake intake, HistoryStore store, Replay.Tally tally, String name) {
    this.intake = intake;
    this.writer = new StoreWriter(store);
    this.tally = tally;
    this.open = new ArrayList<>(Replay.BATCH_SIZE);
    this.thread = Threads.daemon(name, this::writeBatches);
    thread.start();
  }

  void add(RawRecord raw) throws InterruptedException {
    open.add(raw);
    openBytes += raw.bytes();
    if (open.size() >= Replay.BATCH_SIZE || openBytes >= BATCH_BYTES) {
      flush();
    }
  }

  void flush() throws InterruptedException {
    if (open.isEmpty()) {
      return;
    }
    put(open);
    open = new ArrayList<>(Replay.BATCH_SIZE);
    openBytes = 0;
  }

  private void put(List<RawRecord> batch) throws InterruptedException {
    free.acquire();
    failIfBroken();
    queue.put(batch);
  }

  /** Waits until all that was added is written, and lies in as little room as it can. */
  void drain() throws InterruptedException {
    flush();
    put(TO_TIDY);
    free.acquire(BATCHES_ON_THE_WAY);
    free.release(BATCHES_ON_THE_WAY);
    failIfBroken();
  }

  private void failIfBroken() {
    if (failure != null) {
      throw new RebuildException(
          "the histories cannot be written: " + failure.getMessage(), failure);
    }
  }

  private void writeBatches() {
    try {
      while (true) {
        List<RawRecord> batch = queue.take();
        try {
          if (failure == null) {
            write(batch);
          }
        } catch (RuntimeException | Error e) {
          failure = e;
        } finally {
          free.release();
        }
      }
    } catch (InterruptedException e) {
      // Closed: what is left is dropped.
    }
  }

  /** A refused event needs nothing more: the live job has made a dead letter of it. */
  private void write(List<RawRecord> batch) throws InterruptedException {
    List<UserEvent> events = new ArrayList<>(batch.size());
    for (RawRecord raw : batch) {
      try {
        UserEvent event = registry.call(() -> intake.accept(raw));
        // A verdict was passed on by the live job.
        if (event.changesHistory()) {
          events.add(event);
        }
      } catch (RejectedRecordException e) {
        tally.reject(e.getMessage());
      }
    }
    var unused = writer.write(events);
    while (writer.store().tidy(events.size()) && batch.isEmpty()) {
      // The end of it all: whatever is left.
    }
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
    writer.store().close();
  }
}

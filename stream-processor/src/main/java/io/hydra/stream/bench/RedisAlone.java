package io.hydra.stream.bench;

import io.hydra.stream.history.HistoryStore;
import io.hydra.stream.history.HistoryWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * The store alone: batches made beforehand, each writer with a connection and users of its own.
 *
 * @param batches of each writer
 */
record RedisAlone(Supplier<HistoryStore> stores, List<List<List<HistoryWrite>>> batches)
    implements Engine {
  @Override
  public void run(SteadyRate written) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(batches.size());
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (List<List<HistoryWrite>> own : batches) {
        writers.add(threads.submit(() -> write(own, written)));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void write(List<List<HistoryWrite>> own, SteadyRate written) {
    try (HistoryStore store = stores.get()) {
      for (List<HistoryWrite> batch : own) {
        written.add(store.write(batch).size());
      }
    }
  }
}

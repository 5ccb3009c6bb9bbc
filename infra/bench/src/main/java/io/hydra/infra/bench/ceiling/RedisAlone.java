package io.hydra.infra.bench.ceiling;

import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.store.HistoryStore;
import io.hydra.schemas.store.HistoryStore.Write;
import io.hydra.schemas.user.UserKey;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * The store alone: batches made beforehand, each writer with a connection and users of its own.
 *
 * @param batches of each writer
 */
record RedisAlone(Supplier<HistoryStore> stores, List<List<List<Write>>> batches)
    implements CeilingCommand.Engine {
  private static final String TASK = "bench";
  private static final long FIRST = 1_760_000_000_000L;

  /**
   * Batches of distinct made-up events, of the shape of the bench's own. Users are drawn evenly;
   * those of one user are in one writer's list.
   *
   * @return the batches of each writer
   */
  static List<List<List<Write>>> batches(
      int users, int textBytes, long seed, int writers, long events, int size) {
    UserKey[] keys = new UserKey[users];
    byte[][] items = new byte[users][];
    for (int user = 0; user < users; user++) {
      keys[user] = new UserKey("bench", "user-" + user);
      items[user] =
          HistoryItemCodec.encode(new HistoryItem("", FIRST, "x".repeat(textBytes - 1), "y"));
    }
    List<List<List<Write>>> all = new ArrayList<>();
    for (int writer = 0; writer < writers; writer++) {
      all.add(new ArrayList<>(List.of(new ArrayList<>(size))));
    }
    SplittableRandom random = new SplittableRandom(seed);
    for (long event = 0; event < events; event++) {
      int user = random.nextInt(users);
      List<List<Write>> own = all.get(user % writers);
      List<Write> last = own.get(own.size() - 1);
      if (last.size() == size) {
        last = new ArrayList<>(size);
        own.add(last);
      }
      last.add(new Write(keys[user], TASK, "%016x".formatted(event), FIRST + event, items[user]));
    }
    return all;
  }

  @Override
  public void run(SteadyRate written) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(batches.size());
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (List<List<Write>> own : batches) {
        writers.add(threads.submit(() -> write(own, written)));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void write(List<List<Write>> own, SteadyRate written) {
    try (HistoryStore store = stores.get()) {
      for (List<Write> batch : own) {
        written.add(store.write(batch).size());
      }
    }
  }
}

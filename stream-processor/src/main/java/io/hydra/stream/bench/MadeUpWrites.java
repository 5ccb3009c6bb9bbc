package io.hydra.stream.bench;

import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.user.UserKey;
import io.hydra.stream.history.HistoryWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Writes made beforehand, of the shape of those that the bench's events ask for. */
record MadeUpWrites(int users, int textBytes, long seed) {
  private static final String TASK = "bench";
  private static final long FIRST = 1_760_000_000_000L;

  /**
   * Batches of distinct events of users drawn evenly, those of one user in one writer's list.
   *
   * @return the batches of each writer
   */
  List<List<List<HistoryWrite>>> batches(int writers, long events, int size) {
    UserKey[] keys = new UserKey[users];
    byte[][] items = new byte[users][];
    for (int user = 0; user < users; user++) {
      keys[user] = new UserKey("bench", "user-" + user);
      items[user] =
          HistoryItemCodec.encode(new HistoryItem("", FIRST, "x".repeat(textBytes - 1), "y"));
    }
    List<List<List<HistoryWrite>>> all = new ArrayList<>();
    for (int writer = 0; writer < writers; writer++) {
      all.add(new ArrayList<>(List.of(new ArrayList<>(size))));
    }
    SplittableRandom random = new SplittableRandom(seed);
    for (long event = 0; event < events; event++) {
      int user = random.nextInt(users);
      List<List<HistoryWrite>> own = all.get(user % writers);
      List<HistoryWrite> last = own.get(own.size() - 1);
      if (last.size() == size) {
        last = new ArrayList<>(size);
        own.add(last);
      }
      last.add(
          new HistoryWrite(keys[user], TASK, "%016x".formatted(event), FIRST + event, items[user]));
    }
    return all;
  }
}

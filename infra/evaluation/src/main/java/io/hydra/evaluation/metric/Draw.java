package io.hydra.evaluation.metric;

import java.util.Random;
import java.util.stream.IntStream;

/** Users, and how often each of them counts. */
final class Draw {
  private final int[] users;
  private final int[] times;

  private Draw(int[] countByUser) {
    users = IntStream.range(0, countByUser.length).filter(u -> countByUser[u] > 0).toArray();
    times = IntStream.of(users).map(u -> countByUser[u]).toArray();
  }

  static Draw everyOnce(int users) {
    return new Draw(IntStream.generate(() -> 1).limit(users).toArray());
  }

  static Draw only(int user) {
    int[] counts = new int[user + 1];
    counts[user] = 1;
    return new Draw(counts);
  }

  /** As many users as there are, with replacement. */
  static Draw random(int users, Random random) {
    int[] counts = new int[users];
    for (int i = 0; i < users; i++) {
      counts[random.nextInt(users)]++;
    }
    return new Draw(counts);
  }

  /** How many different users. */
  int size() {
    return users.length;
  }

  int user(int i) {
    return users[i];
  }

  int times(int i) {
    return times[i];
  }
}

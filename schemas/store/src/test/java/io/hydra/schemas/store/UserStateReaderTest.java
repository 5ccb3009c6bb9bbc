package io.hydra.schemas.store;

import static io.hydra.schemas.store.Writes.TASK;
import static io.hydra.schemas.store.Writes.USER;
import static io.hydra.schemas.store.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.redis.History;
import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.user.UserKey;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.AbstractPipeline;

class UserStateReaderTest {
  private static final UserKey ANN = UserKey.parse(USER);
  private static final byte[] HASH = StoreLayout.history(View.ORIGINAL, ANN, TASK);
  private static final int STEPS = 400;
  @AutoClose private static final EmbeddedRedis redis = new EmbeddedRedis();

  private final UserStateReader reader = new UserStateReader(1 << 20);
  private HistoryStore store;

  @BeforeEach
  void open() {
    redis.client().flushAll();
    store = Writes.store(redis);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static History read(UserStateReader from) {
    try (AbstractPipeline pipeline = redis.client().pipelined()) {
      return from.read(pipeline, ANN, TASK, "base", "q").history();
    }
  }

  @Test
  void aHistoryThatHasNotChangedIsNotSentAgain() {
    store.write(List.of(write("a", 1), write("b", 2)));
    History first = read(reader);
    assertThat(first.items()).hasSize(2);
    assertThat(read(reader)).isSameAs(first);
    store.write(List.of(write("c", 3)));
    assertThat(read(reader).items()).hasSize(3);
  }

  @Test
  void whatWouldTakeMoreMemoryThanThereIsIsReadEachTime() {
    store.write(List.of(write("a", 1)));
    UserStateReader forgetful = new UserStateReader(100);
    assertThat(read(forgetful)).isEqualTo(read(forgetful)).isNotSameAs(read(forgetful));
  }

  @Test
  void aHistoryThatAnEarlierVersionWroteIsReadEachTime() {
    store.write(List.of(write("a", 1)));
    redis.client().hdel(HASH, HistoryHash.STAMP);
    assertThat(read(reader)).isEqualTo(read(reader)).isNotSameAs(read(reader));
  }

  @Test
  void anErasureThatLeavesSomeIsSeen() {
    store.write(List.of(write("a", 1), write("b", 2)));
    assertThat(read(reader).items()).hasSize(2);
    var unused = store.erase(new Erasure(ANN, "x", 1));
    // Without the moment, as one whose key of the user was lost: the items themselves are gone.
    redis.client().del(StoreLayout.user(ANN));
    assertThat(read(reader).items()).hasSize(1);
  }

  /** Whatever comes in between: other contents of an id, erasures, lost data, another view. */
  @Test
  void whoRemembersReadsWhatWhoForgetsDoes() {
    Random random = new Random(7);
    for (int step = 0; step < STEPS; step++) {
      switch (random.nextInt(12)) {
        case 0 -> store.erase(new Erasure(ANN, "x" + step, random.nextInt(step + 1)));
        case 1 -> redis.client().del(HASH);
        case 2 -> redis.client().del(StoreLayout.user(ANN));
        case 3 -> redis.client().set(StoreLayout.currentView(), new View("2").toBytes());
        case 4 -> redis.client().del(StoreLayout.currentView());
        case 5, 6, 7 -> {
          String id = "e" + random.nextInt(15);
          int time = step - random.nextInt(3);
          store.write(List.of(write(USER, TASK, id, time, "o" + random.nextInt(3))));
        }
        default -> {
          // Nothing has changed.
        }
      }
      assertThat(read(reader)).as("step %d", step).isEqualTo(read(new UserStateReader()));
    }
  }
}

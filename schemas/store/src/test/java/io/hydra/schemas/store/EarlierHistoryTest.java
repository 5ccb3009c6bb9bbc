package io.hydra.schemas.store;

import static io.hydra.schemas.store.Writes.TASK;
import static io.hydra.schemas.store.Writes.USER;
import static io.hydra.schemas.store.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.store.HistoryStore.Effect;
import io.hydra.schemas.store.HistoryStore.Erased;
import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.store.HistoryStore.Outcome;
import io.hydra.schemas.user.UserKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

/** A history that an earlier version left in Redis, byte for byte: events b, c and d. */
class EarlierHistoryTest {
  private static final HistoryLimits THREE = new HistoryLimits(3, Duration.ZERO, Duration.ZERO);

  private static final byte[] HASH = StoreLayout.history(View.ORIGINAL, UserKey.parse(USER), TASK);
  private static final byte[] ORDER =
      StoreLayout.historyOrder(View.ORIGINAL, UserKey.parse(USER), TASK);

  private final EmbeddedRedis redis = new EmbeddedRedis();
  private HistoryStore store;

  @BeforeEach
  void load() throws IOException {
    String key = "";
    boolean inHash = false;
    for (String line : lines()) {
      String[] words = line.split(" ");
      if (words[0].equals("hash") || words[0].equals("order")) {
        inHash = words[0].equals("hash");
        key = words[1];
      } else if (inHash) {
        redis.client().hset(utf8(key), utf8(words[0]), HexFormat.of().parseHex(words[1]));
      } else {
        redis.client().zadd(key, Long.parseLong(words[1]), words[0]);
      }
    }
    open();
  }

  private void open() {
    store =
        RedisHistoryStore.ofCurrentView(RedisClient.builder().fromURI(redis.url()).build(), THREE);
  }

  private static List<String> lines() throws IOException {
    try (InputStream in =
        EarlierHistoryTest.class.getResourceAsStream("/released/history-0.1.0.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @AfterEach
  void stop() {
    store.close();
    redis.close();
  }

  @Test
  void itIsReadAndWrittenOn() {
    History before = redis.history(USER, TASK);
    assertThat(before.version()).isEqualTo(4);
    assertThat(before.items().get(0))
        .isEqualTo(new HistoryItem("b", 2000, "input of b", "\u00e9\ud83d\ude00"));

    assertThat(store.write(List.of(write("c", 3000), write("e", 5000))))
        .containsExactly(new Outcome(4, Effect.REPEATED), new Outcome(5, Effect.ENTERED));
    assertThat(redis.history(USER, TASK).items())
        .extracting(HistoryItem::eventId)
        .containsExactly("c", "d", "e");
    assertThat(redis.client().exists(ORDER)).isFalse();
    assertThat(Stored.in(redis.client(), View.ORIGINAL, USER, TASK))
        .isEqualTo(Stored.of(5, List.of(write("c", 3000), write("d", 4000), write("e", 5000))));
  }

  @Test
  void timesThatALaterVersionKeptBesideItGo() {
    store.write(List.of(write("d", 4000)));
    redis.client().hset(HASH, utf8("m:times"), new byte[] {1, 0});
    store.close();
    open(); // One that knows nothing yet.
    assertThat(store.write(List.of(write("d", 4000))))
        .containsExactly(new Outcome(4, Effect.REPEATED));
    assertThat(redis.client().hexists(HASH, utf8("m:times"))).isFalse();
    assertThat(redis.history(USER, TASK).items()).hasSize(3);
  }

  @Test
  void anErasureFindsItOnceAnEventHasComeBy() {
    store.write(List.of(write("d", 4000)));
    Erased erased = store.erase(new Erasure(UserKey.parse(USER), "x", 9000));
    assertThat(erased.removed()).isEqualTo(3);
    assertThat(redis.history(USER, TASK)).isEqualTo(History.EMPTY);
  }
}

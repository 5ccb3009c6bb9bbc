package io.hydra.trainer.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.store.EmbeddedRedis;
import io.hydra.schemas.store.StoreLayout;
import io.hydra.schemas.store.View;
import io.hydra.schemas.user.UserKey;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

class HistoryReaderTest {
  private static final UserKey ANN = new UserKey("acme", "ann");
  private static EmbeddedRedis server;
  private static RedisClient redis;

  private final HistoryReader reader = HistoryReader.of(redis, Dependencies.endless());

  @BeforeAll
  static void startRedis() {
    server = new EmbeddedRedis();
    redis = server.client();
  }

  @AfterAll
  static void stopRedis() {
    server.close();
  }

  @BeforeEach
  void startAnew() {
    redis.flushAll();
  }

  @Test
  void readsTheViewThatThePointerNames() throws Exception {
    remember(View.ORIGINAL, "old");
    assertThat(read()).isEqualTo("old");
    remember(new View("2"), "new");
    redis.set(StoreLayout.currentView(), new View("2").toBytes());
    assertThat(read()).isEqualTo("new");
  }

  @Test
  void whatIsNoHistoryIsRejectedWithTheRemedy() {
    redis.set(StoreLayout.history(View.ORIGINAL, ANN, "tags"), new byte[] {1});
    assertThatExceptionOfType(RejectedRecordException.class)
        .isThrownBy(() -> reader.read(ANN, "tags"))
        .withMessageContaining("delete it");
  }

  @Test
  void aUserNeverSeenHasAnEmptyHistory() throws Exception {
    assertThat(reader.read(ANN, "tags")).isEqualTo(History.EMPTY);
  }

  private String read() throws RejectedRecordException {
    return reader.read(ANN, "tags").items().get(0).input();
  }

  private static void remember(View view, String input) {
    redis.hset(
        StoreLayout.history(view, ANN, "tags"),
        History.field("e1"),
        HistoryItemCodec.encode(new HistoryItem("e1", 1, input, "out")));
  }
}

package io.hydra.serving.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.user.UserKey;
import io.hydra.serving.testing.ManualTime;
import io.hydra.serving.testing.RedisFixture;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

class UserStateStoreTest {
  private static final UserKey ANN = new UserKey("t", "ann");
  private final ManualTime time = new ManualTime();
  private RedisFixture redis;
  private UserStateStore store;

  @BeforeEach
  void start() throws IOException {
    redis = new RedisFixture();
    store = redis.store(time::nanos);
  }

  @AfterEach
  void stop() throws IOException {
    redis.close();
  }

  @Test
  void aUserNeverSeenHasNothing() {
    UserState state = read();
    assertThat(state.recorded()).isNull();
    assertThat(state.history()).isEqualTo(History.EMPTY);
    assertThat(state.heads()).isEqualTo(Heads.NONE);
    assertThat(state.faults()).isEmpty();
  }

  @Test
  void readsHistoryAndHeads() {
    HistoryItem item = new HistoryItem("e1", 7, "in", "out");
    byte[] key = RedisKeys.history(ANN, "tags");
    redis.client().hset(key, History.field("e1"), HistoryItemCodec.encode(item));
    redis.client().hset(key, History.VERSION_FIELD.getBytes(UTF_8), "3".getBytes(UTF_8));
    redis
        .client()
        .set(
            RedisKeys.heads(ANN, "tags", "b1"),
            HeadsCodec.encode(
                new Heads(3, new Heads.Mixture(2, 0.5f, List.of()), Heads.Mixture.NONE)));
    UserState state = read();
    assertThat(state.history()).isEqualTo(new History(3, List.of(item)));
    assertThat(state.heads().historyVersion()).isEqualTo(3);
  }

  @Test
  void whatCannotBeReadIsLeftOutAndSaid() {
    redis.client().set(RedisKeys.heads(ANN, "tags", "b1"), new byte[] {9});
    redis.client().hset(RedisKeys.history(ANN, "tags"), History.field("e1"), new byte[] {1, 2});
    UserState state = read();
    assertThat(state.heads()).isEqualTo(Heads.NONE);
    assertThat(state.history()).isEqualTo(History.EMPTY);
    assertThat(state.faults()).hasSize(2).anyMatch(f -> f.contains("replay the events"));
  }

  @Test
  void theFirstRecordedResponseStandsAndExpires() {
    assertThat(store.record(ANN, "q", bytes("first"))).isEqualTo(bytes("first"));
    assertThat(store.record(ANN, "q", bytes("second"))).isEqualTo(bytes("first"));
    assertThat(store.recorded(ANN, "q")).isEqualTo(bytes("first"));
    assertThat(redis.client().pttl(RedisKeys.response(ANN, "q")))
        .isPositive()
        .isLessThanOrEqualTo(RedisFixture.TTL.toMillis());
  }

  @Test
  void aDeadRedisIsAskedAgainOnlyAfterAPause() throws IOException {
    redis.stop();
    assertThatThrownBy(this::read).hasMessage("Redis does not answer");
    redis.start();
    assertThatThrownBy(this::read).hasMessageContaining("a moment ago");
    time.advance(UserStateStore.PAUSE);
    assertThat(read().faults()).isEmpty();
  }

  @Test
  void aRestartedRedisIsNotTakenForADeadOne() throws IOException {
    assertThat(read().faults()).isEmpty();
    redis.stop();
    redis.start();
    assertThat(read().faults()).isEmpty();
  }

  @Test
  void aKeyOfTheWrongKindHurtsItsOwnUserAlone() {
    redis.client().set(RedisKeys.history(ANN, "tags"), bytes("no hash"));
    store.record(ANN, "q", bytes("given"));
    UserState state = read();
    assertThat(state.faults()).singleElement().asString().contains("WRONGTYPE");
    assertThat(state.recorded()).isEqualTo(bytes("given"));
    assertThat(store.read(new UserKey("t", "bob"), "tags", "b1", "q").faults()).isEmpty();
  }

  @Test
  void aWrongPasswordIsARefusalNotASilence() {
    redis.requirePassword("secret");
    try (RedisClient wrong = redis.client("wrong")) {
      UserStateStore refused =
          new UserStateStore(wrong, wrong.getPool()::clear, RedisFixture.TTL, time::nanos);
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> refused.recorded(ANN, "q"))
            .isInstanceOf(StateUnavailableException.class)
            .hasMessage("Redis refuses to read (WRONGPASS)");
      }
    }
  }

  @Test
  void aFullMemoryRefusesTheRecordingAndNotTheReading() {
    redis.configure("maxmemory", "1");
    assertThatThrownBy(() -> store.record(ANN, "q", bytes("response")))
        .isInstanceOf(StateUnavailableException.class)
        .hasMessage("Redis refuses to record (OOM)");
    assertThat(read().faults()).isEmpty();
    redis.configure("maxmemory", "0");
    assertThat(store.record(ANN, "q", bytes("response"))).isEqualTo(bytes("response"));
  }

  private UserState read() {
    return store.read(ANN, "tags", "b1", "q");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}

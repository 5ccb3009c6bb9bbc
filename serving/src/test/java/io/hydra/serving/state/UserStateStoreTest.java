package io.hydra.serving.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.runtime.time.ManualTime;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.store.StoreLayout;
import io.hydra.schemas.store.UserState;
import io.hydra.schemas.store.UserStateReader;
import io.hydra.schemas.store.View;
import io.hydra.schemas.user.UserKey;
import io.hydra.serving.state.UserStates.UnavailableException;
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
    byte[] key = StoreLayout.history(View.ORIGINAL, ANN, "tags");
    redis.client().hset(key, History.field("e1"), HistoryItemCodec.encode(item));
    redis.client().hset(key, History.VERSION_FIELD.getBytes(UTF_8), "3".getBytes(UTF_8));
    redis
        .client()
        .set(
            StoreLayout.heads(ANN, "tags", "b1"),
            HeadsCodec.encode(
                new Heads(3, 0, new Heads.Mixture(2, 0.5f, List.of()), Heads.Mixture.NONE)));
    UserState state = read();
    assertThat(state.history()).isEqualTo(new History(3, List.of(item)));
    assertThat(state.heads().historyVersion()).isEqualTo(3);
  }

  @Test
  void whatCannotBeReadIsLeftOutAndSaid() {
    redis.client().set(StoreLayout.heads(ANN, "tags", "b1"), new byte[] {9});
    redis
        .client()
        .hset(
            StoreLayout.history(View.ORIGINAL, ANN, "tags"),
            History.field("e1"),
            new byte[] {1, 2});
    UserState state = read();
    assertThat(state.heads()).isEqualTo(Heads.NONE);
    assertThat(state.history()).isEqualTo(History.EMPTY);
    assertThat(state.faults()).hasSize(2).anyMatch(f -> f.contains("replay the events"));
  }

  @Test
  void theFirstRecordedResponseStandsAndExpires() {
    assertThat(record("q", "first")).isEqualTo(bytes("first"));
    assertThat(record("q", "second")).isEqualTo(bytes("first"));
    assertThat(read().recorded()).isEqualTo(bytes("first"));
    assertThat(redis.client().pttl(StoreLayout.response(ANN, "q")))
        .isPositive()
        .isLessThanOrEqualTo(RedisFixture.TTL.toMillis());
  }

  @Test
  void anErasureFindsRecordedResponsesThroughTheirIndex() {
    long before = redis.millis();
    record("q1", "one");
    record("q2", "two");
    record("q2", "again");
    long after = redis.millis();
    byte[] index = StoreLayout.responses(ANN);
    assertThat(redis.client().zrange(index, 0, -1))
        .containsExactlyInAnyOrder(
            StoreLayout.response(ANN, "q1"), StoreLayout.response(ANN, "q2"));
    for (byte[] key : redis.client().zrange(index, 0, -1)) {
      assertThat(redis.client().zscore(index, key) - RedisFixture.TTL.toMillis())
          .isBetween((double) before, (double) after);
    }
    assertThat(redis.client().pttl(index))
        .isGreaterThanOrEqualTo(redis.client().pttl(StoreLayout.response(ANN, "q2")))
        .isLessThanOrEqualTo(RedisFixture.TTL.toMillis());
  }

  @Test
  void theIndexForgetsWhatHasExpiredAndOutlivesWhatHasNot() {
    byte[] index = StoreLayout.responses(ANN);
    redis.client().zadd(index, 1, bytes("expired"));
    redis.client().zadd(index, 9e15, bytes("alive"));
    redis.client().pexpire(index, 2 * RedisFixture.TTL.toMillis());
    record("q", "given");
    assertThat(redis.client().zrange(index, 0, -1))
        .containsExactlyInAnyOrder(bytes("alive"), StoreLayout.response(ANN, "q"));
    assertThat(redis.client().pttl(index)).isGreaterThan(RedisFixture.TTL.toMillis());
  }

  @Test
  void whatWasMadeFromAnErasedHistoryIsNotRecorded() {
    UserState before = read();
    erased("7");
    assertThat(store.record(ANN, "q", bytes("stale"), before)).isEqualTo(bytes("stale"));
    assertThat(read().recorded()).isNull();
    assertThat(redis.client().exists(StoreLayout.responses(ANN))).isFalse();
    UserState since = read();
    assertThat(since.erased()).isEqualTo(bytes("7"));
    assertThat(store.record(ANN, "q", bytes("fresh"), since)).isEqualTo(bytes("fresh"));
    assertThat(read().recorded()).isEqualTo(bytes("fresh"));
    erased("8");
    assertThat(store.record(ANN, "q2", bytes("stale"), since)).isEqualTo(bytes("stale"));
    assertThat(redis.client().exists(StoreLayout.response(ANN, "q2"))).isFalse();
  }

  @Test
  void anImpersonalAnswerIsNotKeptBeyondAnErasureEither() {
    UserState before = store.readImpersonal(ANN, "q");
    erased("7");
    assertThat(store.record(ANN, "q", bytes("stale"), before)).isEqualTo(bytes("stale"));
    assertThat(store.readImpersonal(ANN, "q").recorded()).isNull();
    assertThat(store.readImpersonal(ANN, "q").erased()).isEqualTo(bytes("7"));
  }

  @Test
  void theStateThatCouldNotBeReadIsTakenForThatOfAUserNeverErased() {
    assertThat(store.record(ANN, "q", bytes("given"), UserState.unknown("away")))
        .isEqualTo(bytes("given"));
    assertThat(read().recorded()).isEqualTo(bytes("given"));
    erased("7");
    assertThat(store.record(ANN, "q2", bytes("given"), UserState.unknown("away")))
        .isEqualTo(bytes("given"));
    assertThat(redis.client().exists(StoreLayout.response(ANN, "q2"))).isFalse();
  }

  @Test
  void anErasureUnderWayIsTakenForDone() {
    remember(View.ORIGINAL, "old");
    redis
        .client()
        .set(
            StoreLayout.heads(ANN, "tags", "b1"),
            HeadsCodec.encode(
                new Heads(3, 0, new Heads.Mixture(2, 0.5f, List.of()), Heads.Mixture.NONE)));
    erased("6");
    assertThat(read().history().items()).hasSize(1);
    assertThat(read().heads().historyVersion()).isEqualTo(3);
    erased("7");
    assertThat(read().history().items()).isEmpty();
    assertThat(read().heads()).isEqualTo(Heads.NONE);
  }

  @Test
  void readsTheViewThatThePointerNames() {
    remember(View.ORIGINAL, "old");
    assertThat(read().history().items()).extracting(HistoryItem::input).containsExactly("old");
    remember(new View("2"), "new");
    redis.client().set(StoreLayout.currentView(), new View("2").toBytes());
    assertThat(read().history().items()).extracting(HistoryItem::input).containsExactly("new");
  }

  @Test
  void aPointerThatNamesNoViewIsSaid() {
    redis.client().set(StoreLayout.currentView(), bytes("no view"));
    assertThatThrownBy(this::read)
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("current view");
  }

  private void remember(View view, String input) {
    redis
        .client()
        .hset(
            StoreLayout.history(view, ANN, "tags"),
            History.field("e1"),
            HistoryItemCodec.encode(new HistoryItem("e1", 7, input, "out")));
  }

  private void erased(String moment) {
    redis.client().hset(StoreLayout.user(ANN), StoreLayout.Fields.erased(), bytes(moment));
  }

  private byte[] record(String queryId, String response) {
    return store.record(ANN, queryId, bytes(response), store.readImpersonal(ANN, queryId));
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
    redis.client().set(StoreLayout.history(View.ORIGINAL, ANN, "tags"), bytes("no hash"));
    record("q", "given");
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
          new UserStateStore(wrong, wrong.getPool()::clear, RedisFixture.TTL, 0, time::nanos);
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> refused.readImpersonal(ANN, "q"))
            .isInstanceOf(UnavailableException.class)
            .hasMessageStartingWith("Redis refuses the password (WRONGPASS)");
      }
    }
  }

  @Test
  void aFullMemoryRefusesTheRecordingAndNotTheReading() {
    redis.configure("maxmemory", "1");
    assertThatThrownBy(() -> record("q", "response"))
        .isInstanceOf(UnavailableException.class)
        .hasMessageStartingWith("Redis is full (OOM)");
    assertThat(read().faults()).isEmpty();
    redis.configure("maxmemory", "0");
    assertThat(record("q", "response")).isEqualTo(bytes("response"));
  }

  @Test
  void ofAHistoryLargerThanAnAnswerReadsTheNewestItemsAreUsedAndThatIsSaid() {
    byte[] key = StoreLayout.history(View.ORIGINAL, ANN, "tags");
    String half = "x".repeat((int) (UserStateReader.MAX_HISTORY_BYTES * 2 / 5));
    for (int i = 1; i <= 5; i++) {
      HistoryItem item = new HistoryItem("e" + i, i, half, "out");
      redis.client().hset(key, History.field("e" + i), HistoryItemCodec.encode(item));
    }
    UserState state = read();
    assertThat(state.history().items())
        .extracting(HistoryItem::eventId)
        .containsExactly("e4", "e5");
    assertThat(state.faults()).singleElement().asString().contains("3 oldest items were not used");
  }

  @Test
  void aHistoryWithinTheBoundLacksNothing() {
    byte[] key = StoreLayout.history(View.ORIGINAL, ANN, "tags");
    String text = "x".repeat(64 * 1024 - 10);
    for (int i = 1; i <= 15; i++) {
      HistoryItem item = new HistoryItem("e" + i, i, text, "out");
      redis.client().hset(key, History.field("e" + i), HistoryItemCodec.encode(item));
    }
    assertThat(read().history().items()).hasSize(15);
    assertThat(read().faults()).isEmpty();
  }

  @Test
  void aRecordedResponseOfTheWrongKindIsTakenForNone() {
    redis.client().hset(StoreLayout.response(ANN, "q"), bytes("a"), bytes("b"));
    assertThat(read().recorded()).isNull();
    assertThat(store.readImpersonal(ANN, "q").recorded()).isNull();
  }

  private UserState read() {
    return store.read(ANN, "tags", "b1", "q");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}

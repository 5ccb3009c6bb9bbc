package io.hydra.schemas.store;

import static io.hydra.schemas.store.Writes.TASK;
import static io.hydra.schemas.store.Writes.USER;
import static io.hydra.schemas.store.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.store.HistoryStore.Effect;
import io.hydra.schemas.store.HistoryStore.Erased;
import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.store.HistoryStore.Outcome;
import io.hydra.schemas.user.UserKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

/** The effect of an erasure on a user's keys in Redis beside the items of histories. */
class RedisErasureTest {
  private static final UserKey ANN = UserKey.parse(USER);
  private static final UserKey BOB = UserKey.parse("acme:bob");
  private static final byte[] HASH = StoreLayout.history(View.ORIGINAL, ANN, TASK);
  private static final byte[] ORDER = StoreLayout.historyOrder(View.ORIGINAL, ANN, TASK);
  private static final HistoryLimits HOUR =
      new HistoryLimits(10, Duration.ZERO, Duration.ofHours(1));
  @AutoClose private static final EmbeddedRedis redis = new EmbeddedRedis();
  private HistoryStore store;

  @BeforeEach
  void open() {
    redis.client().flushAll();
    store =
        RedisHistoryStore.ofCurrentView(RedisClient.builder().fromURI(redis.url()).build(), HOUR);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void theMomentOfAnErasureIsToldOfTheForgottenAlone() {
    fill(ANN);
    fill(BOB);
    var unused = erase(7);
    List<UserKey> many =
        Stream.concat(
                Stream.of(BOB, ANN),
                IntStream.range(0, 600).mapToObj(i -> new UserKey("acme", "nobody-" + i)))
            .toList();
    assertThat(new Users(redis.client()).erasures(many))
        .isEqualTo(Map.of(ANN, Instant.ofEpochMilli(7)));
  }

  private Erased erase(long upTo) {
    return store.erase(new Erasure(ANN, "x", upTo));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Set<String> keysOf(UserKey user) {
    return redis.client().keys("*{" + user.recordKey() + "}*");
  }

  private static Set<String> fields(UserKey user) {
    return redis.client().hgetAll(StoreLayout.user(user)).keySet().stream()
        .map(field -> new String(field, StandardCharsets.UTF_8))
        .collect(Collectors.toSet());
  }

  private void fill(UserKey user) {
    String key = user.recordKey();
    store.write(List.of(write(key, TASK, "a", 1, "o"), write(key, "stars", "a", 1, "o")));
    for (String base : List.of("b1", "b2")) {
      redis.client().set(StoreLayout.heads(user, TASK, base), bytes("heads"));
      redis.client().hset(StoreLayout.user(user), StoreLayout.Fields.heads(TASK, base), bytes(""));
    }
    for (String query : List.of("q1", "q2")) {
      byte[] response = StoreLayout.response(user, query);
      redis.client().set(response, bytes("response"));
      redis.client().zadd(StoreLayout.responses(user), 9, response);
    }
  }

  @Test
  void nothingIsLeftOfAUserButTheMomentAndWhereToLook() {
    fill(ANN);
    fill(BOB);
    Set<String> bobs = keysOf(BOB);
    assertThat(erase(1)).isEqualTo(new Erased(2, 0, List.of()));
    assertThat(keysOf(ANN)).containsExactly("hydra:user:{acme:ann}");
    assertThat(fields(ANN)).containsExactlyInAnyOrder("erased", "t:" + TASK, "t:stars");
    assertThat(keysOf(BOB)).isEqualTo(bobs).hasSize(8);
  }

  @Test
  void headsGoEvenIfSomeItemsStay() {
    fill(ANN);
    store.write(List.of(write("b", 2)));
    assertThat(erase(1).left()).containsExactly(new Erased.Left(TASK, 3));
    assertThat(redis.client().exists(StoreLayout.heads(ANN, TASK, "b1"))).isFalse();
    assertThat(fields(ANN)).doesNotContain("h:" + TASK + ":b1");
  }

  @Test
  void historyThatIsLeftKeepsItsTimeToLive() {
    store.write(List.of(write("a", 1), write("b", 2)));
    redis.client().pexpire(HASH, 60_000);
    erase(1);
    assertThat(redis.client().pttl(HASH)).isBetween(1L, 60_000L);
  }

  @Test
  void theMomentOfAnErasureNeverExpires() {
    store.write(List.of(write("a", 1)));
    erase(1);
    store.write(List.of(write("b", 2)));
    assertThat(redis.client().pttl(StoreLayout.user(ANN))).isEqualTo(-1);
  }

  @Test
  void theSortedSetOfAnEarlierVersionGoesEvenIfSomeItemsStay() {
    store.write(List.of(write("a", 1), write("b", 2)));
    redis.client().zadd(ORDER, 1, bytes("a"));
    assertThat(erase(1)).isEqualTo(new Erased(1, 1, List.of(new Erased.Left(TASK, 3))));
    assertThat(redis.client().exists(ORDER)).isFalse();
  }

  @Test
  void keysOfAnotherTypeGoToo() {
    fill(ANN);
    redis.client().set(HASH, bytes("no hash"));
    redis.client().set(StoreLayout.responses(ANN), bytes("no index"));
    erase(1);
    assertThat(redis.client().exists(HASH) || redis.client().exists(ORDER)).isFalse();
    assertThat(redis.client().exists(StoreLayout.responses(ANN))).isFalse();
  }

  @Test
  void anErasureComesThroughWhereRedisIsFull() {
    fill(ANN);
    store.write(List.of(write("b", 2)));
    redis.client().configSet("maxmemory", "1");
    try {
      assertThatThrownBy(() -> store.write(List.of(write("c", 3))))
          .isInstanceOf(HistoryStore.UnavailableException.class);
      assertThat(erase(1)).isEqualTo(new Erased(2, 1, List.of(new Erased.Left(TASK, 3))));
      assertThat(erase(2).removed()).isEqualTo(1);
    } finally {
      redis.client().configSet("maxmemory", "0");
    }
    assertThat(keysOf(ANN)).containsExactly("hydra:user:{acme:ann}");
    assertThat(store.write(List.of(write("a", 1))))
        .extracting(Outcome::effect)
        .containsExactly(Effect.ERASED);
  }

  @Test
  void anErasureComesThroughWhateverStandsWhereANumberShould() {
    fill(ANN);
    store.write(List.of(write("b", 2)));
    redis.client().hset(StoreLayout.user(ANN), StoreLayout.Fields.erased(), bytes("?"));
    redis.client().hset(HASH, bytes("m:version"), bytes("?"));
    Erased erased = erase(1);
    assertThat(erased.removed()).isEqualTo(2);
    assertThat(erased.left()).containsExactly(new Erased.Left(TASK, 2));
    assertThat(redis.client().hget(StoreLayout.user(ANN), StoreLayout.Fields.erased()))
        .isEqualTo(bytes("1"));
    assertThat(store.write(List.of(write("c", 3)))).containsExactly(new Outcome(3, Effect.ENTERED));
  }

  @Test
  void anErasureCountsAVersionAgainThatIsNoWholeNumber() {
    fill(ANN);
    store.write(List.of(write("b", 2)));
    redis.client().hset(HASH, bytes("m:version"), bytes("1.5"));
    assertThat(erase(1)).isEqualTo(new Erased(2, 1, List.of(new Erased.Left(TASK, 2))));
  }

  /** A version that cannot be counted on keeps its history from being erased, and nothing else. */
  @Test
  void aPartThatCannotBeErasedKeepsNoOther() {
    fill(ANN);
    store.write(List.of(write("b", 2)));
    redis.client().hset(HASH, bytes("m:version"), bytes("9223372036854775807"));
    assertThatThrownBy(() -> erase(1)).isInstanceOf(HistoryStore.RefusedException.class);
    assertThat(keysOf(ANN)).noneMatch(key -> key.contains("response"));
    assertThat(redis.client().exists(StoreLayout.heads(ANN, TASK, "b1"))).isFalse();
  }

  /** Of a newer program's, for instance. */
  @Test
  void aRebuildWhoseStateCannotBeReadHidesNoHistoryFromAnErasure() {
    UserKey starred = new UserKey("acme", "a*[n]n\\?");
    View building = new View("r9");
    try (HistoryStore rebuild =
        RedisHistoryStore.of(RedisClient.builder().fromURI(redis.url()).build(), building, HOUR)) {
      for (UserKey user : List.of(starred, ANN, BOB)) {
        rebuild.write(List.of(write(user.recordKey(), TASK, "a", 1, "o")));
      }
    }
    for (byte[] state : List.of(bytes("2;of a later version"), bytes(""))) {
      redis.client().del(StoreLayout.rebuildState());
      if (state.length > 0) {
        redis.client().set(StoreLayout.rebuildState(), state);
      } else {
        redis.client().rpush(StoreLayout.rebuildState(), bytes("not a string"));
      }
      var unused = store.erase(new Erasure(state.length > 0 ? ANN : starred, "x", 1));
    }
    assertThat(redis.client().exists(StoreLayout.history(building, ANN, TASK))).isFalse();
    assertThat(redis.client().exists(StoreLayout.history(building, starred, TASK))).isFalse();
    assertThat(redis.client().exists(StoreLayout.history(building, BOB, TASK))).isTrue();
  }

  @Test
  void anErasureThatCanNeverBeDoneIsRefused() {
    redis.client().set(StoreLayout.user(ANN), bytes("no hash"));
    assertThatThrownBy(() -> erase(1)).isInstanceOf(HistoryStore.RefusedException.class);
  }

  @Test
  void repeatedEventsMakeAHistoryKnownToErasuresAgain() {
    store.write(List.of(write("a", 1)));
    redis.client().hdel(StoreLayout.user(ANN), StoreLayout.Fields.task(TASK));
    store.write(List.of(write("a", 1)));
    assertThat(erase(1)).isEqualTo(new Erased(1, 0, List.of()));
    assertThat(redis.client().exists(HASH)).isFalse();
  }
}

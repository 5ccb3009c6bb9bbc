package io.hydra.schemas.store;

import static io.hydra.schemas.store.Writes.TASK;
import static io.hydra.schemas.store.Writes.USER;
import static io.hydra.schemas.store.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.store.HistoryChanges.Bounds;
import io.hydra.schemas.store.HistoryStore.Outcome;
import io.hydra.schemas.user.UserKey;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;

class RedisHistoryStoreTest extends HistoryStoreContract {
  private static final HistoryLimits TEN = new HistoryLimits(10, Duration.ZERO, Duration.ZERO);
  private static final byte[] HASH = StoreLayout.history(View.ORIGINAL, UserKey.parse(USER), TASK);
  @AutoClose private static final EmbeddedRedis redis = new EmbeddedRedis();

  private static UnifiedJedis client(URI url) {
    return RedisClient.builder().fromURI(url).build();
  }

  @Override
  HistoryStore open(HistoryLimits limits) {
    redis.client().flushAll();
    UnifiedJedis client = client(redis.url());
    return new RedisHistoryStore(
        client, new Views.Writer(client, null), limits, new Bounds(1024 * 1024, 1, 100));
  }

  @Override
  Stored stored(HistoryStore store, String userKey, String task) {
    return Stored.in(redis.client(), View.ORIGINAL, userKey, task);
  }

  @Test
  void aHistorysSizeIsThatOfItsHash() {
    try (HistoryStore store = open(TEN)) {
      assertThat(store.bytes(UserKey.parse(USER), TASK)).isEmpty();
      store.write(List.of(write("a", 1)));
      assertThat(store.bytes(UserKey.parse(USER), TASK)).hasValue(redis.client().memoryUsage(HASH));
    }
  }

  @Test
  void aServerThatForbidsTheQuestionAboutSizeIsLeftAlone() {
    try (HistoryStore store = open(TEN)) {
      store.write(List.of(write("a", 1)));
      allow("-memory");
      assertThat(store.bytes(UserKey.parse(USER), TASK)).isEmpty();
      assertThat(store.write(List.of(write("b", 2)))).hasSize(1);
    } finally {
      allow("+memory");
    }
  }

  private static void allow(String rule) {
    Object ok = redis.client().sendCommand(Protocol.Command.ACL, "SETUSER", "default", rule);
    assertThat((byte[]) ok).asString().isEqualTo("OK");
  }

  @Test
  void trimmedEventsLeave() {
    try (HistoryStore store = open(new HistoryLimits(2, Duration.ZERO, Duration.ZERO))) {
      store.write(List.of(write("a", 1), write("b", 2), write("c", 3)));
      assertThat(redis.client().hlen(HASH)).isEqualTo(4); // Two items; version and stamp.
      assertThat(redis.history(USER, TASK).version()).isEqualTo(3);
    }
  }

  @Test
  void lostScriptIsLoadedAgain() {
    try (HistoryStore store = open(TEN)) {
      store.write(List.of(write("a", 1)));
      redis.client().scriptFlush(USER);
      assertThat(store.write(List.of(write("b", 2), write("c", 3))))
          .containsExactly(entered(2), entered(3));
    }
  }

  @Test
  void historyOfAQuietUserExpiresAndEveryWriteProlongsIt() {
    try (HistoryStore store = open(new HistoryLimits(10, Duration.ZERO, Duration.ofHours(1)))) {
      store.write(List.of(write("a", 1)));
      redis.client().pexpire(HASH, 60_000);
      store.write(List.of(write("a", 1)));
      assertThat(redis.client().pttl(HASH)).isBetween(3_000_000L, 3_600_000L);
    }
  }

  @Test
  void timeToLiveThatWasSwitchedOffIsLifted() {
    try (HistoryStore expiring = open(new HistoryLimits(10, Duration.ZERO, Duration.ofHours(1)))) {
      expiring.write(List.of(write("a", 1)));
    }
    try (HistoryStore store = RedisHistoryStore.ofCurrentView(client(redis.url()), TEN)) {
      store.write(List.of(write("a", 1)));
      assertThat(redis.client().pttl(HASH)).isEqualTo(-1);
    }
  }

  @Test
  void latestTimeThatIsAcceptedKeepsItsOrder() {
    try (HistoryStore store = open(new HistoryLimits(1, Duration.ZERO, Duration.ZERO))) {
      long latest = 1L << 53;
      store.write(List.of(write("z", latest - 1), write("a", latest), write("y", latest - 1)));
      assertThat(stored(store, USER, TASK).items())
          .extracting(HistoryItem::eventId)
          .containsExactly("a");
    }
  }

  @Test
  void redisThatCannotBeReachedIsUnavailable() {
    try (HistoryStore store =
        RedisHistoryStore.ofCurrentView(client(URI.create("redis://127.0.0.1:1")), TEN)) {
      assertThatThrownBy(() -> store.write(List.of(write("a", 1))))
          .isInstanceOf(HistoryStore.UnavailableException.class);
    }
  }

  @Test
  void redisOutOfMemoryIsUnavailableUntilItHasSomeAgain() {
    try (HistoryStore store = open(TEN)) {
      redis.client().configSet("maxmemory", "1");
      try {
        assertThatThrownBy(() -> store.write(List.of(write("a", 1))))
            .isInstanceOf(HistoryStore.UnavailableException.class);
      } finally {
        redis.client().configSet("maxmemory", "0");
      }
      assertThat(store.write(List.of(write("a", 1)))).containsExactly(entered(1));
    }
  }

  @Test
  void redisThatRefusesThePasswordIsUnavailableUntilItTakesIt() {
    redis.client().flushAll();
    redis.client().configSet("requirepass", "another");
    try (HistoryStore store = RedisHistoryStore.ofCurrentView(client(redis.url()), TEN)) {
      try {
        assertThatThrownBy(() -> store.write(List.of(write("a", 1))))
            .isInstanceOf(HistoryStore.UnavailableException.class)
            .hasMessageContaining("set user and password in the Redis URL");
      } finally {
        redis.client().configSet("requirepass", "");
      }
      assertThat(store.write(List.of(write("a", 1)))).containsExactly(entered(1));
    }
  }

  @Test
  void redisThatMayEvictIsUnavailableUntilItIsSetNotTo() {
    try (HistoryStore store = open(TEN)) {
      redis.client().configSet("maxmemory-policy", "allkeys-lru");
      try {
        assertThatThrownBy(() -> store.write(List.of(write("a", 1))))
            .isInstanceOf(HistoryStore.UnavailableException.class)
            .hasMessageContaining("set maxmemory-policy noeviction");
        assertThat(redis.client().exists(HASH)).isFalse();
      } finally {
        redis.client().configSet("maxmemory-policy", "noeviction");
      }
      assertThat(store.write(List.of(write("a", 1)))).containsExactly(entered(1));
    }
  }

  @Test
  void redisThatDeniesACommandIsUnavailableUntilItIsGranted() {
    try (HistoryStore store = open(TEN)) {
      allow("-evalsha");
      try {
        assertThatThrownBy(() -> store.write(List.of(write("a", 1))))
            .isInstanceOf(HistoryStore.UnavailableException.class)
            .hasMessageContaining("NOPERM");
      } finally {
        allow("+evalsha");
      }
      assertThat(store.write(List.of(write("a", 1)))).containsExactly(entered(1));
    }
  }

  @Test
  void pointerThatNamesNoViewIsWaitedForSinceNoHistoryIsSafeToWriteTo() {
    try (HistoryStore store = open(TEN)) {
      redis.client().set(StoreLayout.currentView(), new byte[] {'?'});
      assertThatThrownBy(() -> store.write(List.of(write("a", 1))))
          .isInstanceOf(HistoryStore.UnavailableException.class)
          .hasMessageContaining("hydra:view");
      redis.client().del(StoreLayout.currentView());
      redis.client().rpush(StoreLayout.currentView(), new byte[] {'?'});
      assertThatThrownBy(() -> store.write(List.of(write("a", 1))))
          .isInstanceOf(HistoryStore.UnavailableException.class)
          .hasMessageContaining("hydra:view");
      redis.client().del(StoreLayout.currentView());
      assertThat(store.write(List.of(write("a", 1)))).hasSize(1);
    }
  }

  @Test
  void valueThatIsNotANumberIsRefusedChangesNothingAndTakesNobodyElseAlong() {
    byte[] user = StoreLayout.user(UserKey.parse(USER));
    byte[] version = History.VERSION_FIELD.getBytes(StandardCharsets.UTF_8);
    for (byte[][] keyAndField :
        new byte[][][] {{HASH, version}, {user, StoreLayout.Fields.erased()}}) {
      try (HistoryStore store = open(TEN)) {
        store.write(List.of(write("a", 1)));
        redis.client().hset(keyAndField[0], keyAndField[1], new byte[] {'?'});
        Map<byte[], byte[]> before = redis.client().hgetAll(HASH);
        assertThat(store.write(List.of(write("b", 2), write("acme:bob", TASK, "a", 1, "b"))))
            .containsExactly(Outcome.REFUSED, entered(1));
        assertThat(redis.client().hgetAll(HASH).keySet())
            .usingElementComparator(Arrays::compare)
            .containsExactlyInAnyOrderElementsOf(before.keySet());
      }
    }
  }

  @Test
  void limitsAreNotedForARebuildToBeHeldAgainst() {
    HistoryLimits limits = new HistoryLimits(7, Duration.ofDays(3), Duration.ofDays(5));
    try (HistoryStore store = open(limits)) {
      store.write(List.of(write("a", 1)));
    }
    assertThat(HistoryLimits.of(redis.client().get(StoreLayout.historyLimits()))).isEqualTo(limits);
    redis.client().flushAll();
    try (HistoryStore building = RedisHistoryStore.of(client(redis.url()), new View("r1"), TEN)) {
      building.write(List.of(write("a", 1)));
    }
    assertThat(redis.client().exists(StoreLayout.historyLimits())).isFalse();
  }

  @Test
  void keyOfAnotherTypeIsRefusedAndTakesNobodyElseAlong() {
    try (HistoryStore store = open(TEN)) {
      redis.client().set(HASH, new byte[] {1});
      assertThat(
              store.write(
                  List.of(write("a", 1), write("acme:bob", TASK, "a", 1, "b"), write("b", 2))))
          .containsExactly(Outcome.REFUSED, entered(1), Outcome.REFUSED);
    }
  }
}

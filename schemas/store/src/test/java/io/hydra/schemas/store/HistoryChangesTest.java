package io.hydra.schemas.store;

import static io.hydra.schemas.store.Writes.TASK;
import static io.hydra.schemas.store.Writes.USER;
import static io.hydra.schemas.store.Writes.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.store.HistoryChanges.Bounds;
import io.hydra.schemas.store.HistoryStore.Effect;
import io.hydra.schemas.store.HistoryStore.Erased;
import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.store.HistoryStore.Outcome;
import io.hydra.schemas.store.HistoryStore.Write;
import io.hydra.schemas.store.Steps.Step;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.providers.ConnectionProvider;
import redis.clients.jedis.providers.PooledConnectionProvider;

/** Writers whose knowledge of a history is out of date: something happened that they did not do. */
class HistoryChangesTest {
  private static final HistoryLimits THREE = new HistoryLimits(3, Duration.ZERO, Duration.ZERO);
  private static final long PLENTY = 1024 * 1024;
  private static final byte[] HASH = StoreLayout.history(View.ORIGINAL, UserKey.parse(USER), TASK);
  @AutoClose private static final EmbeddedRedis redis = new EmbeddedRedis();

  @BeforeEach
  void clear() {
    redis.client().flushAll();
  }

  /** Lets a test act just before or after a round trip. */
  private static final class Client extends UnifiedJedis {
    private final ConnectionProvider connections;
    final List<Runnable> beforeRoundTrips = new ArrayList<>();
    final List<Runnable> afterRead = new ArrayList<>();
    boolean loseNextReply;

    /** Null for none. */
    Random losses;

    private Client(ConnectionProvider connections) {
      super(connections, RedisProtocol.RESP2);
      this.connections = connections;
    }

    static Client open() {
      return new Client(
          new PooledConnectionProvider(
              new HostAndPort(redis.url().getHost(), redis.url().getPort())));
    }

    @Override
    public AbstractPipeline pipelined() {
      return new RoundTrip(connections.getConnection());
    }

    @Override
    public Map<byte[], byte[]> hgetAll(byte[] key) {
      runNext();
      Map<byte[], byte[]> hash = super.hgetAll(key);
      if (!afterRead.isEmpty()) {
        afterRead.remove(0).run();
      }
      return hash;
    }

    private void runNext() {
      if (!beforeRoundTrips.isEmpty()) {
        beforeRoundTrips.remove(0).run();
      }
    }

    private final class RoundTrip extends Pipeline {
      private final Connection connection;

      RoundTrip(Connection connection) {
        super(connection, true);
        this.connection = connection;
      }

      @Override
      public void sync() {
        if (connection.isBroken()) {
          return;
        }
        if (losses != null && losses.nextInt(4) == 0) {
          if (losses.nextBoolean()) {
            super.sync();
          }
          connection.setBroken();
          throw new JedisConnectionException("lost");
        }
        runNext();
        super.sync();
        if (loseNextReply) {
          loseNextReply = false;
          throw new JedisConnectionException("lost");
        }
      }
    }
  }

  private static RedisHistoryStore open(
      UnifiedJedis client, HistoryLimits limits, long knownBytes) {
    return new RedisHistoryStore(
        client, new Views.Writer(client, null), limits, new Bounds(knownBytes, 1, 100));
  }

  private static HistoryStore open() {
    return open(Client.open(), THREE, PLENTY);
  }

  private static Outcome entered(long version) {
    return new Outcome(version, Effect.ENTERED);
  }

  private static List<String> ids() {
    return Stored.in(redis.client(), View.ORIGINAL, USER, TASK).items().stream()
        .map(HistoryItem::eventId)
        .toList();
  }

  private static Step at(String id, long after, String output) {
    return Step.write(USER, TASK, id, 1_700_000_000_000L + after, output);
  }

  private static List<Step> randomLog(Random random) {
    List<Step> log = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      log.add(at("e" + random.nextInt(8), random.nextInt(12), Integer.toString(random.nextInt(3))));
    }
    log.add(Step.erase(USER, 1_700_000_000_000L + random.nextInt(10)));
    log.add(Step.erase(USER, 1_700_000_000_000L + random.nextInt(10)));
    Collections.shuffle(log, random);
    return log;
  }

  private static void assertDefinition(List<Step> log, HistoryLimits limits, String as) {
    Steps.histories(log, limits)
        .forEach(
            (slot, history) ->
                assertThat(
                        Stored.in(redis.client(), View.ORIGINAL, slot.userKey(), slot.task())
                            .withoutVersion())
                    .as(as)
                    .isEqualTo(Stored.of(0, history).withoutVersion()));
  }

  /** Of which one forgets what it knew at once, and so has it read each time. */
  @Test
  void writersThatTakeTurnsLeaveWhatTheDefinitionSays() {
    for (int seed = 0; seed < 150; seed++) {
      clear();
      Random random = new Random(seed);
      HistoryLimits limits =
          new HistoryLimits(
              1 + random.nextInt(5), Duration.ofMillis(random.nextInt(2) * 6L), Duration.ZERO);
      List<Step> log = randomLog(random);
      try (HistoryStore one = open(Client.open(), limits, PLENTY);
          HistoryStore other = open(Client.open(), limits, PLENTY);
          HistoryStore forgetful = open(Client.open(), limits, 0)) {
        List<HistoryStore> writers = List.of(one, other, forgetful);
        for (int at = 0; at < log.size(); ) {
          int end = Math.min(log.size(), at + 1 + random.nextInt(4));
          var unused =
              Steps.apply(
                  writers.get(random.nextInt(writers.size())), log.subList(at, end), random, 4);
          at = end;
        }
      }
      assertDefinition(log, limits, "seed " + seed);
    }
  }

  @Test
  void whatAnotherWriterDoesBetweenAnyTwoRoundTripsStands() {
    for (int seed = 0; seed < 150; seed++) {
      clear();
      Random random = new Random(seed);
      List<Step> log = randomLog(random);
      List<Step> others = randomLog(random);
      Client client = Client.open();
      try (HistoryStore store = open(client, THREE, random.nextBoolean() ? PLENTY : 0);
          HistoryStore other = open()) {
        for (int at = 0; at < others.size(); at += 3) {
          List<Step> some = others.subList(at, Math.min(others.size(), at + 3));
          client.beforeRoundTrips.add(
              () -> {
                var unused = Steps.apply(other, some, new Random(0), 3);
              });
        }
        var unused = Steps.apply(store, log, random, 3);
        client.beforeRoundTrips.forEach(Runnable::run);
      }
      log.addAll(others);
      assertDefinition(log, THREE, "seed " + seed);
    }
  }

  /** One in four, before it was sent or after it was carried out. */
  @Test
  void whicheverRoundTripsAreLostTheirRepetitionLeavesWhatTheDefinitionSays() {
    for (int seed = 0; seed < 300; seed++) {
      clear();
      Random random = new Random(seed);
      List<Step> log = randomLog(random);
      Client client = Client.open();
      client.losses = random;
      try (HistoryStore store = open(client, THREE, PLENTY)) {
        for (int at = 0; at < log.size(); ) {
          int end = Math.min(log.size(), at + 1 + random.nextInt(8));
          try {
            var unused = Steps.apply(store, log.subList(at, end), random, 4);
            at = end;
          } catch (HistoryStore.UnavailableException e) {
            // Again.
          }
        }
      }
      assertDefinition(log, THREE, "seed " + seed);
    }
  }

  /** It is too large to be read with others, so by itself, after another writer has been there. */
  @Test
  void aLargeHistoryIsOfOneMoment() {
    Client client = Client.open();
    String large = "x".repeat(100_000);
    List<Step> log =
        List.of(at("a", 5, large + "1"), at("a", 5, large + "2"), at("a", 5, large + "3"));
    try (HistoryStore store = open(client, THREE, PLENTY);
        HistoryStore other = open()) {
      var unused = Steps.apply(other, log.subList(0, 1), new Random(0), 1);
      Runnable replacement =
          () -> {
            var unusedToo = Steps.apply(other, log.subList(2, 3), new Random(0), 1);
          };
      client.beforeRoundTrips.addAll(List.of(() -> {}, replacement));
      var last = Steps.apply(store, log.subList(1, 2), new Random(0), 1);
      assertThat(client.beforeRoundTrips).isEmpty();
    }
    assertDefinition(log, THREE, "large");
  }

  /** Its item of the same time is read, to tell which of the two is greater. */
  @Test
  void anItemOfTheSameIdAndTimeIsComparedWhetherItIsPackedOrNot() {
    try (HistoryStore store = open()) {
      List<Step> log = new ArrayList<>();
      for (String output : List.of("2", "2", "1", "3", "3", "2")) {
        log.add(at("a", 5, output));
        var unused = Steps.apply(store, log.subList(log.size() - 1, log.size()), new Random(0), 1);
        store.tidy(0);
        assertThat(redis.client().hlen(HASH)).isEqualTo(3); // Pack, version and stamp.
        assertDefinition(log, THREE, output);
      }
    }
  }

  /** Very long is six items or more, and so six writes are worth one history that is packed. */
  @Test
  void afterManyWritesOnlyVeryLongRowsBesideAPackAreTidiedAndAsManyAsTheWritesAreWorth() {
    Client client = Client.open();
    HistoryLimits ten = new HistoryLimits(10, Duration.ZERO, Duration.ZERO);
    try (HistoryStore store =
        new RedisHistoryStore(
            client, new Views.Writer(client, null), ten, new Bounds(PLENTY, 1, 100))) {
      for (int user = 0; user < 17; user++) {
        for (int i = 1; i < (user == 16 ? 6 : 7); i++) {
          store.write(List.of(write("acme:user-" + user, TASK, "e" + i, i, "o")));
        }
      }
      assertThat(store.tidy(48)).isTrue();
      assertThat(packed()).isEqualTo(8);
      assertThat(store.tidy(36)).isTrue();
      assertThat(packed()).isEqualTo(14);
      assertThat(store.tidy(36)).isTrue();
      assertThat(store.tidy(36)).isTrue();
      assertThat(packed()).isEqualTo(16);
      assertThat(store.tidy(31)).isFalse();
      assertThat(packed()).isEqualTo(17);
    }
  }

  /** Of five with six items beside their pack the first three, of those with three none. */
  @Test
  void soManyWaitToBePackedThatMoreArePackedAtOnce() {
    HistoryLimits ten = new HistoryLimits(10, Duration.ZERO, Duration.ZERO);
    for (View view : Arrays.asList(null, View.ORIGINAL)) {
      clear();
      Client client = Client.open();
      try (HistoryStore store =
          new RedisHistoryStore(
              client, new Views.Writer(client, view), ten, new Bounds(PLENTY, 1, 2))) {
        for (int user = 0; user < 17; user++) {
          for (int i = 1; i < (user < 5 ? 7 : 4); i++) {
            store.write(List.of(write("acme:user-" + user, TASK, "e" + i, i, "o")));
          }
        }
        if (view == null) {
          assertThat(packed()).isEqualTo(3);
        } else {
          // It is being rebuilt, and has no next event to wait for.
          assertThat(packed()).isBetween(13L, 15L);
        }
      }
    }
  }

  private static long packed() {
    return IntStream.range(0, 17)
        .mapToObj(user -> UserKey.parse("acme:user-" + user))
        .filter(
            user ->
                redis
                    .client()
                    .hexists(StoreLayout.history(View.ORIGINAL, user, TASK), HistoryPack.FIELD))
        .count();
  }

  /** The write is refused, then the history packed, then the write made. */
  private static void assertPackedWhenFull(HistoryStore store) {
    redis.client().configSet("maxmemory", "1");
    try {
      assertThatThrownBy(() -> store.write(List.of(write("d", 4))))
          .isInstanceOf(HistoryStore.UnavailableException.class);
    } finally {
      redis.client().configSet("maxmemory", "0");
    }
    assertThat(redis.client().hexists(HASH, HistoryPack.FIELD)).isTrue();
    assertThat(store.write(List.of(write("d", 4)))).containsExactly(entered(4));
  }

  /** As after a restart, when nothing is known of what could be packed. */
  @Test
  void aFullRedisHasThoseHistoriesPackedThatItRefuses() {
    try (HistoryStore store = open()) {
      store.write(List.of(write("a", 1), write("b", 2), write("c", 3)));
    }
    try (HistoryStore next = open()) {
      assertPackedWhenFull(next);
    }
  }

  @Test
  void aFullRedisHasItsHistoriesPacked() {
    try (HistoryStore store = open()) {
      store.write(List.of(write("a", 1), write("b", 2), write("c", 3)));
      assertPackedWhenFull(store);
      assertThat(ids()).containsExactly("b", "c", "d");
    }
  }

  @Test
  void historiesThatAreTooLargeToBePackedOrDamagedAreCountedOnceEach() {
    String large = "x".repeat(100_000);
    byte[] bob = StoreLayout.history(View.ORIGINAL, UserKey.parse("acme:bob"), TASK);
    try (HistoryStore store = open()) {
      store.write(
          List.of(write("acme:bob", TASK, "a", 1, "o"), write("acme:bob", TASK, "b", 2, "o")));
      long unused = redis.client().hset(bob, History.field("a"), new byte[] {1});
      for (int i = 1; i < 6; i++) {
        store.write(List.of(write(USER, TASK, "e" + i, i, large)));
        store.write(List.of(write("acme:eve", TASK, "e" + i, i, "o")));
        store.tidy(0);
        assertThat(store.untidied()).as(i + " items").isEqualTo(i < 3 ? 1 : 2);
      }
    }
  }

  @Test
  void packingStandsBackIfTheHistoryHasChangedMeanwhile() {
    Client client = Client.open();
    try (HistoryStore store = open(client, THREE, PLENTY);
        HistoryStore other = open()) {
      store.write(List.of(write("a", 1), write("b", 2)));
      client.beforeRoundTrips.addAll(
          List.of(
              () -> {},
              () -> {
                var unused = other.write(List.of(write("c", 3)));
              }));
      store.tidy(0);
      assertThat(client.beforeRoundTrips).isEmpty();
      assertThat(redis.client().hexists(HASH, HistoryPack.FIELD)).isFalse();
      assertThat(store.write(List.of(write("d", 4)))).containsExactly(entered(4));
      assertThat(ids()).containsExactly("b", "c", "d");
    }
  }

  @Test
  void anErasureTakesItsPartOfAPack() {
    try (HistoryStore store = open()) {
      store.write(List.of(write("a", 1), write("b", 2), write("c", 3)));
      store.tidy(0);
      assertThat(store.erase(new Erasure(UserKey.parse(USER), "x", 2)))
          .isEqualTo(new Erased(2, 1, List.of(new Erased.Left(TASK, 4))));
      assertThat(HistoryPack.decode(redis.client().hget(HASH, HistoryPack.FIELD)))
          .containsOnlyKeys("c");
      assertThat(store.erase(new Erasure(UserKey.parse(USER), "x", 3)))
          .isEqualTo(new Erased(1, 0, List.of()));
      assertThat(redis.client().exists(HASH)).isFalse();
    }
  }

  @Test
  void anErasureTakesItsPartOfAPackThoughAnotherWriterComesBetween() {
    Client client = Client.open();
    try (HistoryStore store = open(client, THREE, PLENTY);
        HistoryStore other = open()) {
      store.write(List.of(write("a", 1), write("b", 2), write("c", 3)));
      store.tidy(0);
      client.afterRead.add(
          () -> {
            var unused = other.write(List.of(write("d", 4)));
          });
      assertThat(store.erase(new Erasure(UserKey.parse(USER), "x", 2)))
          .isEqualTo(new Erased(1, 2, List.of(new Erased.Left(TASK, 5))));
      assertThat(client.afterRead).isEmpty();
      assertThat(ids()).containsExactly("c", "d");
    }
  }

  @Test
  void packingNeedsNoRoom() {
    try (HistoryStore store = open()) {
      store.write(List.of(write("a", 1), write("b", 2), write("c", 3)));
      redis.client().configSet("maxmemory", "1");
      try {
        store.tidy(0);
      } finally {
        redis.client().configSet("maxmemory", "0");
      }
      assertThat(redis.client().hexists(HASH, HistoryPack.FIELD)).isTrue();
      assertThat(ids()).containsExactly("a", "b", "c");
    }
  }

  /** Its only item of before the moment has left the history, so nothing of that is counted. */
  @Test
  void anErasureThatChangesAPackAloneIsNoticedToo() {
    try (HistoryStore store = open()) {
      store.write(List.of(write("a", 1), write("b", 2), write("c", 3)));
      store.tidy(0);
      store.write(List.of(write("d", 4)));
      assertThat(store.erase(new Erasure(UserKey.parse(USER), "x", 1)).removed()).isZero();
      assertThat(HistoryPack.decode(redis.client().hget(HASH, HistoryPack.FIELD)))
          .containsOnlyKeys("b", "c");
      store.write(List.of(write("e", 5)));
      assertThat(ids()).containsExactly("c", "d", "e");
      assertThat(store.erase(new Erasure(UserKey.parse(USER), "x", 3)))
          .isEqualTo(new Erased(1, 2, List.of(new Erased.Left(TASK, 6))));
    }
  }

  /** The first one's version cannot be counted on. */
  @Test
  void aHistoryThatCannotBeErasedKeepsNoOthersTexts() {
    try (HistoryStore store = open()) {
      List<String> tasks = List.of("one", "two", "three");
      for (String task : tasks) {
        store.write(List.of(write(USER, task, "a", 1, "o"), write(USER, task, "b", 2, "o")));
        store.tidy(0);
      }
      byte[] first = StoreLayout.history(View.ORIGINAL, UserKey.parse(USER), "one");
      redis.client().hset(first, HistoryHash.VERSION, "99999999999999999999".getBytes(UTF_8));
      assertThatThrownBy(() -> store.erase(new Erasure(UserKey.parse(USER), "x", 1)))
          .isInstanceOf(HistoryStore.RefusedException.class);
      for (String task : tasks) {
        byte[] key = StoreLayout.history(View.ORIGINAL, UserKey.parse(USER), task);
        assertThat(new HistoryHash(redis.client().hgetAll(key)).items())
            .as(task)
            .containsOnlyKeys("b");
      }
    }
  }

  @Test
  void anErasureOfAPartOfAPackNeedsNoRoom() {
    try (HistoryStore store = open()) {
      store.write(List.of(write("a", 1), write("b", 2), write("c", 3)));
      store.tidy(0);
      redis.client().configSet("maxmemory", "1");
      try {
        assertThat(store.erase(new Erasure(UserKey.parse(USER), "x", 2)).removed()).isEqualTo(2);
      } finally {
        redis.client().configSet("maxmemory", "0");
      }
      assertThat(ids()).containsExactly("c");
    }
  }

  @Test
  void anErasureTakesAPackThatNobodyCanRead() {
    try (HistoryStore store = open()) {
      store.write(List.of(write("a", 1), write("b", 2)));
      store.tidy(0);
      byte[] pack = redis.client().hget(HASH, HistoryPack.FIELD);
      pack[pack.length - 5]++;
      redis.client().hset(HASH, HistoryPack.FIELD, pack);
      store.erase(new Erasure(UserKey.parse(USER), "x", 1));
      assertThat(redis.client().hexists(HASH, HistoryPack.FIELD)).isFalse();
    }
  }

  @Test
  void writerThatWasThoughtDeadTakesNothingFromItsSuccessor() {
    try (HistoryStore zombie = open();
        HistoryStore successor = open()) {
      zombie.write(List.of(write("a", 1), write("b", 2), write("c", 3)));
      successor.write(List.of(write("d", 4), write("e", 5)));
      assertThat(zombie.write(List.of(write("b", 2))))
          .containsExactly(new Outcome(5, Effect.TOO_OLD));
      assertThat(zombie.write(List.of(write("f", 6)))).containsExactly(entered(6));
      assertThat(ids()).containsExactly("d", "e", "f");
    }
  }

  /**
   * The version is the same, and so it is after another writer has begun again with other events.
   */
  @Test
  void replacedItemAndHistoryThatBeganAgainAreNoticed() {
    try (HistoryStore store = open();
        HistoryStore other = open()) {
      store.write(List.of(write("a", 1), write("b", 2), write("c", 3)));
      assertThat(other.write(List.of(write("a", 9))))
          .containsExactly(new Outcome(3, Effect.REPLACED));
      assertThat(store.write(List.of(write("d", 4)))).containsExactly(entered(4));
      assertThat(ids()).containsExactly("c", "d", "a");

      clear();
      other.write(List.of(write("p", 1), write("q", 2), write("r", 3), write("s", 4)));
      assertThat(store.write(List.of(write("t", 5)))).containsExactly(entered(5));
      assertThat(ids()).containsExactly("r", "s", "t");
    }
  }

  @Test
  void afterRedisLostItsDataAHistoryBeginsAgain() {
    try (HistoryStore store = open()) {
      store.write(List.of(write("a", 1), write("b", 2)));
      clear();
      assertThat(store.write(List.of(write("b", 2), write("c", 3))))
          .containsExactly(entered(1), entered(2));
      assertThat(ids()).containsExactly("b", "c");
    }
  }

  @Test
  void anErasureBetweenDecisionAndChangeIsHonoured() {
    Client client = Client.open();
    try (HistoryStore store = open(client, THREE, PLENTY);
        HistoryStore other = open()) {
      Runnable erasure =
          () -> {
            var unused = other.erase(new Erasure(UserKey.parse(USER), "x", 5));
          };
      // Of a user never seen, who is known as empty by the time of the change.
      client.beforeRoundTrips.addAll(List.of(() -> {}, erasure));
      assertThat(store.write(List.of(write("a", 5), write("b", 6))))
          .containsExactly(new Outcome(0, Effect.ERASED), entered(1));
      assertThat(ids()).containsExactly("b");
    }
  }

  @Test
  void whatWasDoneThoughTheReplyWasLostIsRepeatedWithTheSameVersion() {
    Client client = Client.open();
    try (HistoryStore store = open(client, THREE, PLENTY)) {
      store.write(List.of(write("a", 1)));
      List<Write> batch = List.of(write("b", 2), write("c", 3), write("d", 4));
      client.loseNextReply = true;
      assertThatThrownBy(() -> store.write(batch))
          .isInstanceOf(HistoryStore.UnavailableException.class);
      assertThat(store.write(batch)).containsOnly(new Outcome(4, Effect.REPEATED));
      assertThat(store.write(List.of(write("e", 5)))).containsExactly(entered(5));
      assertThat(ids()).containsExactly("c", "d", "e");
    }
  }

  /** Until it is read, the replaced item is taken for a repetition of the one in the pack. */
  @Test
  void anItemThatWasReplacedThoughTheReplyWasLostLeavesWithItsTurn() {
    Client client = Client.open();
    try (HistoryStore store = open(client, THREE, PLENTY)) {
      store.write(List.of(write("a", 1, "1")));
      store.tidy(0);
      // The read, its pipeline's close, the change.
      client.beforeRoundTrips.addAll(
          List.of(() -> {}, () -> {}, () -> client.loseNextReply = true));
      assertThatThrownBy(() -> store.write(List.of(write("a", 1, "2"), write("b", 2))))
          .isInstanceOf(HistoryStore.UnavailableException.class);
      assertThat(client.beforeRoundTrips).isEmpty();
      store.write(List.of(write("c", 3), write("d", 4)));
      assertThat(ids()).containsExactly("b", "c", "d");
    }
  }

  @Test
  void whatWasNotDoneSinceRedisWasFullIsDoneLater() {
    try (HistoryStore store = open()) {
      store.write(List.of(write("a", 1), write("b", 2), write("c", 3)));
      redis.client().configSet("maxmemory", "1");
      try {
        assertThatThrownBy(() -> store.write(List.of(write("d", 4))))
            .isInstanceOf(HistoryStore.UnavailableException.class);
        assertThat(ids()).containsExactly("a", "b", "c");
      } finally {
        redis.client().configSet("maxmemory", "0");
      }
      assertThat(store.write(List.of(write("d", 4)))).containsExactly(entered(4));
      assertThat(ids()).containsExactly("b", "c", "d");
    }
  }

  @Test
  void narrowerLimitsHoldFromTheNextEventOn() {
    try (HistoryStore store = open();
        HistoryStore narrower =
            open(
                Client.open(), new HistoryLimits(2, Duration.ofMillis(1), Duration.ZERO), PLENTY)) {
      store.write(List.of(write("a", 1), write("b", 2), write("c", 3)));
      assertThat(narrower.write(List.of(write("c", 3))))
          .containsExactly(new Outcome(3, Effect.REPEATED));
      assertThat(ids()).containsExactly("b", "c");
      assertThat(narrower.write(List.of(write("d", 4)))).containsExactly(entered(4));
      assertThat(ids()).containsExactly("c", "d");
    }
  }

  @Test
  void itemThatSomebodyRemovedByHandIsNotMissed() {
    try (HistoryStore store = open()) {
      store.write(List.of(write("a", 1), write("b", 2), write("c", 3)));
    }
    redis
        .client()
        .hdel(
            StoreLayout.history(View.ORIGINAL, UserKey.parse(USER), TASK),
            io.hydra.schemas.redis.History.field("b"));
    try (HistoryStore store = open()) {
      assertThat(store.write(List.of(write("d", 4)))).containsExactly(entered(4));
      assertThat(ids()).containsExactly("a", "c", "d");
    }
  }

  @Test
  void whatIsKnownIsBoundedAndTheLeastRecentGoesFirst() {
    HistoryId ann = new HistoryId(UserKey.parse("acme:ann"), TASK);
    HistoryId bob = new HistoryId(UserKey.parse("acme:bob"), TASK);
    HistoryId zoe = new HistoryId(UserKey.parse("acme:zoe"), TASK);
    KnownHistory known = new KnownHistory(null, new HistoryHash(Map.of()));
    RecentValues<HistoryId, KnownHistory> histories =
        new RecentValues<>(2 * KnownHistory.bytes(ann, known), KnownHistory::bytes);
    histories.put(ann, known);
    histories.put(bob, known);
    assertThat(histories.get(ann)).isNotNull();
    histories.put(zoe, known);
    assertThat(histories.get(bob)).isNull();
    assertThat(histories.get(ann)).isNotNull();
    histories.remove(zoe);
    histories.put(bob, known);
    assertThat(histories.get(ann)).isNotNull();
  }
}

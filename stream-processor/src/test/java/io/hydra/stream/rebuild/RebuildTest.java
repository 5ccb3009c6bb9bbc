package io.hydra.stream.rebuild;

import static io.hydra.stream.Events.event;
import static io.hydra.stream.Events.interaction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.runtime.retry.Sleeper;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.store.EmbeddedRedis;
import io.hydra.schemas.store.HistoryHash;
import io.hydra.schemas.store.HistoryStore;
import io.hydra.schemas.store.InMemoryHistoryStore;
import io.hydra.schemas.store.RebuildException;
import io.hydra.schemas.store.RebuildLock;
import io.hydra.schemas.store.RebuildState;
import io.hydra.schemas.store.RedisHistoryStore;
import io.hydra.schemas.store.StoreLayout;
import io.hydra.schemas.store.View;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import io.hydra.stream.Events;
import io.hydra.stream.TestRegistry;
import io.hydra.stream.event.EventIntake;
import io.hydra.stream.event.RawRecord;
import io.hydra.stream.event.UserEvent;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

/** On a real Redis, with a topic in memory and a live job that writes on the side. */
class RebuildTest {
  private static final HistoryLimits LIMITS =
      new HistoryLimits(8, Duration.ofMillis(5_000), Duration.ZERO);
  private static final List<String> TASKS = List.of("tags", "stars");
  private static final List<String> USERS =
      IntStream.range(0, 40).mapToObj(i -> "u" + i + (i % 5 == 0 ? "}:{x" : "")).toList();
  @AutoClose private static final EmbeddedRedis redis = new EmbeddedRedis();

  private final Events events = new Events();
  private final EventIntake intake =
      new EventIntake(new RegistryDeserializer<>(TestRegistry.open(), Topic.EVENTS));
  private final Random random = new Random(7);
  private final InMemoryEventLog log = new InMemoryEventLog(3);
  private final RecordedHeadRequests heads = new RecordedHeadRequests();
  private final InMemoryHistoryStore oracle = new InMemoryHistoryStore(LIMITS);
  private final List<String> said = new ArrayList<>();
  private HistoryLimits limits = LIMITS;
  private boolean limitsChanged;
  private HistoryStore live;
  private int written;

  @BeforeEach
  void empty() {
    redis.client().flushAll();
    live = RedisHistoryStore.ofCurrentView(client(), LIMITS);
  }

  @AfterEach
  void close() {
    live.close();
  }

  private static RedisClient client() {
    return RedisClient.builder().fromURI(redis.url()).build();
  }

  private Rebuild rebuild(boolean acceptLoss, boolean finishOnly) {
    return new Rebuild(
        redis.client(),
        log,
        () -> new EventIntake(new RegistryDeserializer<>(TestRegistry.open(), Topic.EVENTS)),
        view ->
            List.of(
                RedisHistoryStore.of(client(), view, limits),
                RedisHistoryStore.of(client(), view, limits)),
        heads,
        new Rebuild.Settings(
            limits, limitsChanged, null, acceptLoss, finishOnly, Duration.ofSeconds(3)),
        tools());
  }

  private Rebuild.Tools tools() {
    return new Rebuild.Tools(
        Clock.fixed(Instant.ofEpochMilli(1_000), ZoneOffset.UTC),
        System::nanoTime,
        pause -> {},
        said::add);
  }

  private RebuildReport run() throws InterruptedException {
    return rebuild(false, false).run();
  }

  /** Into the topic and the oracle, but not into Redis. */
  private UserEvent produce(BehaviorEvent event) {
    RawRecord raw = events.record(event);
    log.append(raw);
    try {
      UserEvent decoded = intake.accept(raw);
      apply(oracle, decoded);
      return decoded;
    } catch (RejectedRecordException e) {
      throw new AssertionError(e);
    }
  }

  private static void apply(HistoryStore store, UserEvent event) {
    if (event.isErasure()) {
      var unused = store.erase(event.erasure());
    } else if (event.changesHistory()) {
      var unused = store.write(List.of(event.write()));
    }
  }

  private List<UserEvent> produceSome(int count) {
    List<UserEvent> produced = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String user = USERS.get(random.nextInt(USERS.size()));
      long at = Events.T + written / 4 + random.nextInt(200);
      boolean erase = random.nextInt(60) == 0;
      produced.add(
          produce(
              event(
                  "acme",
                  user,
                  TASKS.get(random.nextInt(TASKS.size())),
                  (erase ? "x" : "e") + random.nextInt(2_000),
                  at,
                  erase ? Events.erasure() : interaction("in " + at, "out " + random.nextInt(3)))));
      written++;
    }
    return produced;
  }

  private void liveWrites(List<UserEvent> some) {
    some.forEach(event -> apply(live, event));
  }

  private static View current() {
    return View.of(redis.client().get(StoreLayout.currentView()));
  }

  private static History history(View view, String user, String task) {
    return new HistoryHash(
            redis.client().hgetAll(StoreLayout.history(view, new UserKey("acme", user), task)))
        .history();
  }

  private void assertEqualsOracle() {
    for (String user : USERS) {
      for (String task : TASKS) {
        assertThat(history(current(), user, task).items())
            .as("%s of %s", task, user)
            .isEqualTo(oracle.items("acme:" + user, task));
      }
    }
  }

  private static void assertNothingElseLeft() {
    assertThat(redis.client().exists(StoreLayout.rebuildLock(), StoreLayout.rebuildState()))
        .isZero();
    assertThat(redis.client().keys("hydra:history*"))
        .allSatisfy(key -> assertThat(StoreLayout.viewOf(key)).hasValue(current()));
  }

  @Test
  void lostHistoriesComeBackAndTheirHeadsAreAskedFor() throws Exception {
    produceSome(3_000);
    RebuildReport report = run();
    assertThat(report.outcome()).isEqualTo(RebuildReport.Outcome.SWITCHED);
    assertThat(report.records()).isEqualTo(3_000);
    assertThat(current()).isEqualTo(new View("r1000"));
    assertEqualsOracle();
    assertNothingElseLeft();
    assertThat(heads.versions()).hasSize((int) report.histories());
    heads
        .versions()
        .forEach(
            (who, version) -> {
              int slash = who.lastIndexOf('/');
              String user = who.substring("acme:".length(), slash);
              assertThat(history(current(), user, who.substring(slash + 1)).version())
                  .isEqualTo(version);
            });
  }

  @Test
  void whatIsRebuiltLiesInPacks() throws Exception {
    for (int i = 0; i < 5 * USERS.size(); i++) {
      String user = USERS.get(i % USERS.size());
      produce(event("acme", user, "tags", "e" + i, Events.T + i, interaction("in", "out")));
    }
    run();
    assertEqualsOracle();
    for (String user : USERS) {
      byte[] key = StoreLayout.history(current(), new UserKey("acme", user), "tags");
      assertThat(redis.client().hkeys(key))
          .as(user)
          .extracting(field -> new String(field, StandardCharsets.UTF_8))
          .containsExactlyInAnyOrder("m:version", "m:stamp", "m:pack");
    }
  }

  @Test
  void rebuildBesideTheLiveJobMissesNothingThatComesMeanwhile() throws Exception {
    liveWrites(produceSome(1_000));
    // The live job is behind by some, ahead of what was read by others, at every look.
    log.beforeEnds(() -> liveWrites(produceSome(40)));
    RebuildReport report = run();
    assertThat(report.outcome()).isEqualTo(RebuildReport.Outcome.SWITCHED);
    assertThat(report.loss().items()).isZero();
    log.beforeEnds(() -> {});
    liveWrites(produceSome(100));
    assertEqualsOracle();
    assertNothingElseLeft();
    View first = current();
    run();
    assertThat(current()).isNotEqualTo(first);
    assertEqualsOracle();
    assertNothingElseLeft();
  }

  @Test
  void headsThatNothingChangedForAreLeftAlone() throws Exception {
    for (int i = 0; i < 300; i++) {
      produce(
          event(
              "acme", USERS.get(i % 40), "tags", "e" + i, Events.T + i, interaction("in", "out")));
    }
    run();
    assertThat(heads.versions()).hasSize(USERS.size());
    heads.versions().clear();
    RebuildReport again = run();
    assertThat(again.loss().compared()).isEqualTo(USERS.size());
    assertThat(again.loss().differed()).isZero();
    assertThat(heads.versions()).isEmpty();
  }

  @Test
  void whatTheTopicHasLostIsNotGivenUpUnlessToldTo() throws Exception {
    liveWrites(produceSome(800));
    log.deleteAll();
    liveWrites(produceSome(30));
    assertThat(run().outcome()).isEqualTo(RebuildReport.Outcome.REFUSED);
    assertThat(current()).isEqualTo(View.ORIGINAL);
    assertEqualsOracle();
    assertNothingElseLeft();

    RebuildReport accepted = rebuild(true, false).run();
    assertThat(accepted.outcome()).isEqualTo(RebuildReport.Outcome.SWITCHED);
    assertThat(accepted.loss().items()).isPositive();
    assertThat(current()).isEqualTo(new View("r1000"));
  }

  @Test
  void whatAKilledRebuildHasFilledIsRemoved() throws Exception {
    produceSome(300);
    View half = new View("r7");
    try (HistoryStore dead = RedisHistoryStore.of(client(), half, LIMITS)) {
      produceSome(50).forEach(event -> apply(dead, event));
    }
    redis
        .client()
        .set(
            StoreLayout.rebuildState(),
            new RebuildState(RebuildState.Phase.BUILDING, half, View.ORIGINAL, Map.of()).toBytes());
    run();
    assertEqualsOracle();
    assertNothingElseLeft();
  }

  @Test
  void rebuildThatWasStoppedAfterItsSwitchIsFinishedByTheNext() throws Exception {
    liveWrites(produceSome(600));
    UserEvent last =
        produce(event("acme", "late", "tags", "e1", Events.T + 9_000, interaction("in", "out")));
    heads.beforeFlush(
        () -> {
          throw new RebuildException("stopped here");
        });
    assertThatThrownBy(this::run).hasMessage("stopped here");
    View fresh = current();
    assertThat(fresh).isEqualTo(new View("r1000"));
    // As if it had been stopped before its last read.
    RebuildState left = RebuildState.of(redis.client().get(StoreLayout.rebuildState()));
    assertThat(left.phase()).isEqualTo(RebuildState.Phase.SWITCHED);
    redis.client().set(StoreLayout.rebuildState(), left.in(left.phase(), Map.of()).toBytes());
    redis.client().del(StoreLayout.history(fresh, last.write().user(), "tags"));

    heads.beforeFlush(() -> {});
    heads.versions().clear();
    assertThat(rebuild(false, true).run().outcome()).isEqualTo(RebuildReport.Outcome.FINISHED);
    assertThat(current()).isEqualTo(fresh);
    assertEqualsOracle();
    assertThat(history(fresh, "late", "tags").items()).hasSize(1);
    assertThat(heads.versions()).containsKey("acme:late/tags");
    assertNothingElseLeft();
  }

  @Test
  void finishingWithNothingLeftDoesNothing() throws Exception {
    liveWrites(produceSome(50));
    assertThat(rebuild(false, true).run().histories()).isZero();
    assertThat(current()).isEqualTo(View.ORIGINAL);
  }

  @Test
  void whoeverIsForgottenDuringARebuildIsForgottenInItsViewToo() {
    View fresh = new View("r9");
    UserKey ann = new UserKey("acme", "ann");
    UserEvent wrote =
        produce(event("acme", "ann", "tags", "e1", Events.T, interaction("in", "out")));
    apply(live, wrote);
    redis
        .client()
        .set(
            StoreLayout.rebuildState(),
            new RebuildState(RebuildState.Phase.BUILDING, fresh, View.ORIGINAL, Map.of())
                .toBytes());
    try (HistoryStore building = RedisHistoryStore.of(client(), fresh, LIMITS)) {
      apply(building, wrote);
      assertThat(history(fresh, "ann", "tags").items()).hasSize(1);
      apply(live, produce(event("acme", "ann", "", "x", Events.T, Events.erasure())));
      apply(building, wrote);
    }
    assertThat(redis.client().keys("hydra:history*")).isEmpty();
    assertThat(redis.client().hget(StoreLayout.user(ann), StoreLayout.Fields.erased()))
        .isEqualTo(utf8(Long.toString(Events.T)));
  }

  @Test
  void anErasureThatIsReadAgainLeavesTheHeadsFittedSince() throws Exception {
    UserKey ann = new UserKey("acme", "ann");
    byte[] head = StoreLayout.heads(ann, "tags", "b1");
    liveWrites(
        List.of(
            produce(event("acme", "ann", "tags", "e1", Events.T, interaction("in", "out"))),
            produce(event("acme", "ann", "", "x", Events.T, Events.erasure())),
            produce(event("acme", "ann", "tags", "e2", Events.T + 1, interaction("in", "out")))));
    redis.client().hset(StoreLayout.user(ann), StoreLayout.Fields.heads("tags", "b1"), utf8(""));
    redis.client().set(head, utf8("fitted since"));
    run();
    assertThat(history(current(), "ann", "tags").items()).hasSize(1);
    assertThat(redis.client().get(head)).isEqualTo(utf8("fitted since"));

    // But where Redis has lost the moment of the erasure, nobody knows what the head has seen.
    redis.client().hdel(StoreLayout.user(ann), StoreLayout.Fields.erased());
    run();
    assertThat(redis.client().exists(head)).isFalse();
  }

  @Test
  void verdictsArePassedOver() throws Exception {
    liveWrites(produceSome(10));
    var unused =
        produce(event("acme", USERS.get(1), TASKS.get(0), "f1", Events.T, Events.feedback()));
    RebuildReport report = run();
    assertThat(report.records()).isEqualTo(11);
    assertThat(report.rejected()).isEmpty();
    assertEqualsOracle();
  }

  @Test
  void recordsThatAreNoEventsAreCountedByReason() throws Exception {
    produceSome(10);
    log.append(Events.raw(utf8("acme:ann"), utf8("plainly not Avro")));
    log.append(
        events.record(event("acme", "ann", "no task", "e", Events.T, interaction("in", "out"))));
    RebuildReport report = run();
    assertThat(report.records()).isEqualTo(12);
    assertThat(report.rejected().values()).containsExactly(1L, 1L);
    assertThat(report.text()).contains("2 rejected").contains("task must be");
  }

  @Test
  void rebuildGivesUpBeforeItFillsRedis() throws Exception {
    liveWrites(produceSome(200));
    redis.client().configSet("maxmemory", "1");
    try {
      assertThatThrownBy(this::run).hasMessageContaining("maxmemory");
    } finally {
      redis.client().configSet("maxmemory", "0");
    }
    assertThat(current()).isEqualTo(View.ORIGINAL);
    assertEqualsOracle();
  }

  @Test
  void otherLimitsThanTheLiveJobsAreRefusedUnlessTheyHaveChanged() throws Exception {
    liveWrites(produceSome(300));
    limits = new HistoryLimits(4, LIMITS.maxAge(), Duration.ZERO);
    assertThatThrownBy(this::run)
        .isInstanceOf(RebuildException.class)
        .hasMessageContaining("8 events")
        .hasMessageContaining("4 events")
        .hasMessageContaining("--limits-changed");
    assertThat(current()).isEqualTo(View.ORIGINAL);
    assertEqualsOracle();
    assertNothingElseLeft();

    limitsChanged = true;
    assertThat(run().outcome()).isEqualTo(RebuildReport.Outcome.SWITCHED);
    assertThat(current()).isEqualTo(new View("r1000"));
  }

  @Test
  void valuesThatAreNotNumbersAreNobodyElsesConcern() throws Exception {
    liveWrites(produceSome(400));
    UserKey u1 = new UserKey("acme", "u1");
    for (String task : TASKS) {
      redis
          .client()
          .hset(StoreLayout.history(View.ORIGINAL, u1, task), utf8("m:version"), utf8("?"));
    }
    assertThat(run().outcome()).isEqualTo(RebuildReport.Outcome.SWITCHED);
    assertEqualsOracle();

    redis.client().hset(StoreLayout.user(u1), StoreLayout.Fields.erased(), utf8("?"));
    // Nothing of this user may be written before it is known what was erased.
    RebuildReport refused = run();
    assertThat(refused.outcome()).isEqualTo(RebuildReport.Outcome.REFUSED);
    assertThat(refused.loss().histories()).isBetween(1L, 2L);
  }

  @Test
  void onlyOneRebuildRuns() throws Exception {
    try (RebuildLock held =
        RebuildLock.acquire(redis.client(), Duration.ofSeconds(3), Sleeper.THREAD::sleep)) {
      assertThatThrownBy(
              () ->
                  RebuildLock.acquire(
                      redis.client(), Duration.ofSeconds(10), Sleeper.THREAD::sleep))
          .isInstanceOf(RebuildException.class)
          .hasMessageContaining("another rebuild is running");
      held.check();
    }
    try (RebuildLock next =
        RebuildLock.acquire(redis.client(), Duration.ofSeconds(10), Sleeper.THREAD::sleep)) {
      next.check();
    }
  }

  @Test
  void lockOfAKilledRebuildExpires() throws Exception {
    redis.client().psetex(StoreLayout.rebuildLock(), 600, utf8("killed"));
    try (RebuildLock next =
        RebuildLock.acquire(redis.client(), Duration.ofSeconds(10), Sleeper.THREAD::sleep)) {
      next.check();
    }
  }

  @Test
  void whoeverLostTheLockOrThePointerCannotSwitch() throws Exception {
    RebuildState switched =
        new RebuildState(RebuildState.Phase.SWITCHED, new View("r1"), View.ORIGINAL, Map.of());
    try (RebuildLock lock =
        RebuildLock.acquire(redis.client(), Duration.ofSeconds(10), Sleeper.THREAD::sleep)) {
      assertThatThrownBy(() -> lock.switchView(new View("r0"), switched))
          .hasMessageContaining("pointer");
      redis.client().set(StoreLayout.rebuildLock(), utf8("another"));
      assertThatThrownBy(() -> lock.switchView(View.ORIGINAL, switched))
          .hasMessageContaining("lock expired");
      assertThatThrownBy(() -> lock.setState(switched)).hasMessageContaining("lock expired");
      assertThat(redis.client().exists(StoreLayout.currentView(), StoreLayout.rebuildState()))
          .isZero();
    }
    assertThat(redis.client().get(StoreLayout.rebuildLock())).isEqualTo(utf8("another"));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

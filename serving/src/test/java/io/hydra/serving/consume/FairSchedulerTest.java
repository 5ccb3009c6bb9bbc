package io.hydra.serving.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.serving.consume.LoopOptions.WaitingBounds;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FairSchedulerTest {
  private static final long NEVER = Long.MAX_VALUE;
  private static final WaitingBounds BOUNDS = new WaitingBounds(3, 6, 100, 12, 200);

  private int concurrency = Integer.MAX_VALUE;
  private final FairScheduler<String> scheduler =
      new FairScheduler<>(BOUNDS, tenant -> concurrency);

  @Test
  void oneKeysItemsFollowEachOther() {
    offer("a", "ann", "a1", "a2");
    assertThat(next()).isEqualTo("a1");
    assertThat(next()).as("the first one runs").isNull();
    scheduler.done("a1");
    assertThat(next()).isEqualTo("a2");
  }

  @Test
  void keysTakeTurns() {
    offer("a", "ann", "a1", "a2");
    offer("a", "bob", "b1", "b2");
    assertThat(next()).isEqualTo("a1");
    scheduler.done("a1");
    assertThat(next()).isEqualTo("b1");
    scheduler.done("b1");
    assertThat(next()).isEqualTo("a2");
  }

  @Test
  void tenantsTakeTurnsHoweverManyKeysTheyHave() {
    for (int i = 0; i < 6; i++) {
      offer("big", "user" + i, "big" + i);
    }
    offer("small", "ann", "ann");
    assertThat(next()).isEqualTo("big0");
    assertThat(next()).isEqualTo("ann");
    assertThat(next()).isEqualTo("big1");
  }

  @Test
  void aTenantThatRunsAsManyItemsAsItMayWaitsAndHoldsUpNobody() {
    concurrency = 1;
    offer("a", "ann", "a1");
    offer("a", "bob", "b1");
    offer("b", "cid", "c1");
    assertThat(next()).isEqualTo("a1");
    assertThat(next()).isEqualTo("c1");
    assertThat(scheduler.next()).isEmpty();
    scheduler.done("a1");
    assertThat(next()).isEqualTo("b1");
  }

  @Test
  void whatMakesWayForItsKeyKeepsItsTenantsPlaceUntilItIsDone() {
    concurrency = 2;
    offer("a", "ann", "a1", "a2", "a3");
    offer("a", "bob", "b1");
    assertThat(next()).isEqualTo("a1");
    scheduler.makeWay("a1");
    assertThat(next()).isEqualTo("b1");
    scheduler.makeWay("b1");
    assertThat(next()).as("the tenant has no place").isNull();
    scheduler.done("b1");
    assertThat(next()).isEqualTo("a2");
    scheduler.done("a1");
    assertThat(next()).as("a2 holds the key, whatever came before it").isNull();
    scheduler.makeWay("a1");
    scheduler.done("a2");
    assertThat(next()).isEqualTo("a3");
    scheduler.makeWay("a3");
    scheduler.done("a3");
    assertThat(scheduler.remembered()).isZero();
  }

  @Test
  void aTenantWithoutAnythingThatWaitsIsRememberedWhileItRunsOne() {
    concurrency = 1;
    offer("a", "ann", "a1");
    assertThat(next()).isEqualTo("a1");
    scheduler.makeWay("a1");
    offer("a", "bob", "b1");
    assertThat(next()).isNull();
    scheduler.done("a1");
    assertThat(next()).isEqualTo("b1");
  }

  @Test
  void whatExpiresTakesNoneOfItsTenantsPlaces() {
    concurrency = 1;
    assertThat(scheduler.offer("a1", "a", key("ann"), 1, true, 5)).isEmpty();
    offer("a", "bob", "b1");
    assertThat(scheduler.expire(5)).containsExactly("a1");
    assertThat(next()).isEqualTo("b1");
    scheduler.done("a1");
    assertThat(scheduler.next()).isEmpty();
  }

  @Test
  void itemsWithoutAKeyAreInNobodysOrder() {
    assertThat(scheduler.offer("x", "", null, 1, true, NEVER)).isEmpty();
    assertThat(scheduler.offer("y", "", null, 1, true, NEVER)).isEmpty();
    assertThat(next()).isEqualTo("x");
    assertThat(next()).isEqualTo("y");
  }

  @Test
  void aKeyHasRoomForSoManyBehindTheOneThatRuns() {
    offer("a", "ann", "a1");
    assertThat(next()).isEqualTo("a1");
    offer("a", "ann", "a2", "a3", "a4");
    assertThat(offer1("a", "ann", "a5", 1)).contains(Job.Refusal.KEY_FULL);
    offer("a", "bob", "b1");
    assertThat(next()).isEqualTo("b1");
  }

  @Test
  void aTenantHasRoomForSoManyItemsAndBytes() {
    offer("a", "k1", "1", "2", "3");
    offer("a", "k2", "4", "5", "6");
    assertThat(offer1("a", "k3", "7", 1)).contains(Job.Refusal.TENANT_FULL);
    offer1("b", "k1", "8", 99);
    assertThat(offer1("b", "k2", "9", 2)).contains(Job.Refusal.TENANT_FULL);
    assertThat(offer1("b", "k2", "10", 1)).isEmpty();
    assertThat(scheduler.isFull()).isFalse();
  }

  @Test
  void allTogetherAreFullByNumberOrByBytes() {
    offer1("a", "k", "1", 99);
    offer1("b", "k", "2", 99);
    assertThat(scheduler.isFull()).isFalse();
    offer1("c", "k", "3", 2);
    assertThat(scheduler.isFull()).isTrue();
    assertThat(next()).isEqualTo("1");
    assertThat(scheduler.isFull()).as("what runs does not wait").isFalse();
  }

  @Test
  void anItemThatIsNotReadyHoldsUpItsOwnKeyAlone() {
    scheduler.offer("a1", "a", key("ann"), 1, false, NEVER);
    offer("a", "ann", "a2");
    offer("a", "bob", "b1");
    assertThat(next()).isEqualTo("b1");
    assertThat(next()).isNull();
    scheduler.ready("a1", NEVER);
    assertThat(next()).isEqualTo("a1");
    assertThat(next()).isNull();
  }

  @Test
  void whatWaitsExpiresAtItsMomentAndMakesRoom() {
    scheduler.offer("late", "a", key("ann"), 1, true, 30);
    scheduler.offer("soon", "a", key("ann"), 1, true, 10);
    scheduler.offer("runs", "a", key("bob"), 1, true, 5);
    assertThat(next()).isEqualTo("late");
    assertThat(next()).isEqualTo("runs");
    assertThat(scheduler.expire(9)).isEmpty();
    assertThat(scheduler.expire(1_000)).as("neither what runs nor what is behind it").isEmpty();
    scheduler.done("late");
    assertThat(scheduler.expire(9)).isEmpty();
    assertThat(scheduler.expire(10)).containsExactly("soon");
    assertThat(scheduler.waiting()).isZero();
    scheduler.done("soon");
    scheduler.done("runs");
    assertThat(scheduler.remembered()).isZero();
  }

  @Test
  void whatExpiresHoldsUpItsKeyUntilItIsDone() {
    scheduler.offer("a1", "a", key("ann"), 1, true, 10);
    scheduler.offer("a2", "a", key("ann"), 1, true, 10);
    offer("a", "ann", "a3");
    assertThat(scheduler.expire(10)).containsExactly("a1");
    assertThat(next()).isNull();
    scheduler.done("a1");
    assertThat(scheduler.expire(10)).containsExactly("a2");
    scheduler.done("a2");
    assertThat(next()).isEqualTo("a3");
  }

  @Test
  void nothingExpiresBehindAnItemThatIsNotReady() {
    scheduler.offer("a1", "a", key("ann"), 1, false, NEVER);
    scheduler.offer("a2", "a", key("ann"), 1, true, 10);
    assertThat(scheduler.expire(10)).isEmpty();
    scheduler.ready("a1", 10);
    assertThat(scheduler.expire(10)).containsExactly("a1");
    scheduler.done("a1");
    assertThat(scheduler.expire(10)).containsExactly("a2");
  }

  @Test
  void anItemExpiresByWhatWasSaidWhenItBecameReady() {
    scheduler.offer("x", "a", key("ann"), 1, false, NEVER);
    scheduler.ready("x", 10);
    assertThat(scheduler.expire(10)).containsExactly("x");
    scheduler.ready("x", 10);
    assertThat(next()).isNull();
  }

  @Test
  void whatIsRemovedLetsTheNextOfItsKeyBy() {
    scheduler.offer("a1", "a", key("ann"), 1, false, NEVER);
    offer("a", "ann", "a2");
    scheduler.removeIf("a1"::equals);
    assertThat(next()).isEqualTo("a2");
    scheduler.done("a2");
    assertThat(scheduler.remembered()).isZero();
    assertThat(scheduler.waiting()).isZero();
  }

  @Test
  void doneIsOfNoEffectForWhatDoesNotRun() {
    offer("a", "ann", "a1", "a2");
    scheduler.done("a2");
    scheduler.done("other");
    List<String> order = new ArrayList<>();
    for (String item = next(); item != null; item = next()) {
      order.add(item);
      scheduler.done(item);
    }
    assertThat(order).containsExactly("a1", "a2");
  }

  private void offer(String tenant, String key, String... items) {
    for (String item : items) {
      assertThat(offer1(tenant, key, item, 1)).isEmpty();
    }
  }

  private Optional<Job.Refusal> offer1(String tenant, String key, String item, long bytes) {
    return scheduler.offer(item, tenant, key(key), bytes, true, NEVER);
  }

  private String next() {
    return scheduler.next().orElse(null);
  }

  private static ByteBuffer key(String key) {
    return ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8));
  }
}

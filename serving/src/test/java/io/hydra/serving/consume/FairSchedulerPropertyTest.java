package io.hydra.serving.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.serving.consume.LoopOptions.WaitingBounds;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any sequence of calls, held against a list of what waits that is searched from front to back. */
class FairSchedulerPropertyTest {
  private static final int STEPS = 20_000;
  private static final WaitingBounds BOUNDS = new WaitingBounds(4, 12, 300, 30, 700);

  private FairScheduler<Item> scheduler;
  private Random random;

  /** In the order of their offers. */
  private final List<Item> waiting = new ArrayList<>();

  private final List<Item> running = new ArrayList<>();

  /** The number of others that have had a turn since this lane could have had one. */
  private final Map<String, Integer> passedOver = new HashMap<>();

  private long now;
  private int offered;

  private static final class Item {
    final int number;
    final String tenant;
    final String key;
    final long bytes;
    boolean ready;
    long expiresAt;

    Item(int number, String tenant, String key, long bytes) {
      this.number = number;
      this.tenant = tenant;
      this.key = key;
      this.bytes = bytes;
    }

    String lane() {
      return tenant + "/" + (key == null ? "#" + number : key);
    }

    @Override
    public String toString() {
      return lane() + "@" + number;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void boundsAndOrderHoldAndNobodyStarves(long seed) {
    random = new Random(seed);
    scheduler = new FairScheduler<>(BOUNDS, tenant -> Integer.MAX_VALUE);
    for (int step = 0; step < STEPS; step++) {
      now += random.nextInt(3);
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3 -> offer();
        case 4, 5, 6 -> next();
        case 7 -> done();
        case 8 -> ready();
        default -> leave();
      }
      assertThat(scheduler.waiting()).isEqualTo(waiting.size());
      assertThat(scheduler.isFull())
          .isEqualTo(waiting.size() >= BOUNDS.total() || bytes(i -> true) >= BOUNDS.bytes());
    }
    while (!waiting.isEmpty() || !running.isEmpty()) {
      waiting.stream().filter(i -> !i.ready).toList().forEach(this::ready);
      next();
      done();
    }
    assertThat(scheduler.remembered()).isZero();
  }

  private void offer() {
    if (scheduler.isFull()) {
      return;
    }
    String tenant = "t" + (random.nextInt(3) == 0 ? random.nextInt(4) : 0);
    String key = random.nextInt(20) == 0 ? null : "k" + random.nextInt(random.nextInt(12) + 1);
    Item item = new Item(offered++, tenant, key, 1 + random.nextInt(60));
    item.ready = random.nextInt(4) > 0;
    item.expiresAt = random.nextBoolean() ? Long.MAX_VALUE : now + random.nextInt(60);
    Optional<Job.Refusal> overflow =
        scheduler.offer(item, tenant, buffer(key), item.bytes, item.ready, item.expiresAt);
    boolean isKnownTenant =
        waiting.stream().anyMatch(i -> i.tenant.equals(tenant))
            || running.stream().anyMatch(i -> i.tenant.equals(tenant));
    if (key != null && count(i -> i.lane().equals(item.lane())) >= BOUNDS.perKey()) {
      assertThat(overflow).contains(Job.Refusal.KEY_FULL);
    } else if (isKnownTenant
        && (count(i -> i.tenant.equals(tenant)) >= BOUNDS.perTenant()
            || bytes(i -> i.tenant.equals(tenant)) + item.bytes > BOUNDS.bytesPerTenant())) {
      assertThat(overflow).contains(Job.Refusal.TENANT_FULL);
    } else {
      assertThat(overflow).isEmpty();
      waiting.add(item);
    }
  }

  private void next() {
    Set<String> eligible = eligible();
    passedOver.keySet().retainAll(eligible);
    Optional<Item> next = scheduler.next();
    assertThat(next.isPresent()).isEqualTo(!eligible.isEmpty());
    if (next.isEmpty()) {
      return;
    }
    Item item = next.get();
    assertThat(eligible).contains(item.lane());
    Item first = waiting.stream().filter(i -> i.lane().equals(item.lane())).findFirst().get();
    assertThat(item).as("the first of its key").isSameAs(first);
    waiting.remove(item);
    running.add(item);
    passedOver.remove(item.lane());
    eligible.remove(item.lane());
    eligible.forEach(lane -> passedOver.merge(lane, 1, Integer::sum));
    // Four tenants, of which one lane each stands before this one at most in each round.
    passedOver.forEach((lane, turns) -> assertThat(turns).as(lane).isLessThan(4 * BOUNDS.total()));
  }

  private Set<String> eligible() {
    Set<String> seen = new HashSet<>();
    running.forEach(i -> seen.add(i.lane()));
    Set<String> eligible = new HashSet<>();
    for (Item item : waiting) {
      if (seen.add(item.lane()) && item.ready) {
        eligible.add(item.lane());
      }
    }
    return eligible;
  }

  private void done() {
    if (!running.isEmpty()) {
      scheduler.done(running.remove(random.nextInt(running.size())));
    }
  }

  private void ready() {
    waiting.stream().filter(i -> !i.ready).findAny().ifPresent(this::ready);
  }

  private void ready(Item item) {
    item.ready = true;
    scheduler.ready(item, item.expiresAt);
  }

  private void leave() {
    if (random.nextInt(5) == 0) {
      Item chosen = waiting.isEmpty() ? null : waiting.get(random.nextInt(waiting.size()));
      waiting.remove(chosen);
      scheduler.removeIf(i -> i == chosen);
      return;
    }
    Set<String> eligible = eligible();
    Set<String> seen = new HashSet<>();
    List<Item> due =
        waiting.stream()
            .filter(i -> eligible.contains(i.lane()) && seen.add(i.lane()))
            .filter(i -> i.expiresAt <= now)
            .sorted(Comparator.comparingLong((Item i) -> i.expiresAt).thenComparing(i -> i.number))
            .toList();
    waiting.removeAll(due);
    running.addAll(due);
    assertThat(scheduler.expire(now)).isEqualTo(due);
  }

  private long count(Predicate<Item> meant) {
    return waiting.stream().filter(meant).count();
  }

  private long bytes(Predicate<Item> meant) {
    return waiting.stream().filter(meant).mapToLong(i -> i.bytes).sum();
  }

  private static ByteBuffer buffer(String key) {
    return key == null ? null : ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8));
  }
}

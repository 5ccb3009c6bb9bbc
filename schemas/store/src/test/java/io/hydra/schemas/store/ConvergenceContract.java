package io.hydra.schemas.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.store.HistoryStore.Write;
import io.hydra.schemas.store.Steps.Slot;
import io.hydra.schemas.store.Steps.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Convergence: in whichever order writes and erasures come, and however often, they leave the same
 * bytes, those of the definition of a history. What each step tells of itself, versions above all,
 * does depend on the order: there the oracle is a store in memory that takes one write at a time.
 */
abstract class ConvergenceContract {
  private static final long T = 1_700_000_000_000L;
  private static final List<String> USERS =
      List.of(
          "acme:ann",
          "acme:an",
          "acme:{ann}",
          "acme:a}:tags",
          "b.c:a:b c",
          "acme:жанна 😀",
          "a:{}");
  private static final List<String> TASKS = List.of("tags", "stars", "T._-9");
  private static final List<String> IDS =
      List.of(
          "e1",
          "e2",
          "e10",
          "E1",
          "m:version",
          "e:e1",
          "erased",
          "+inf",
          "(5",
          "0",
          "{}",
          "a b:c",
          "\u00E9",
          "\uFF5E",
          "😀",
          "id\u0000id",
          "\t\"'",
          "e3",
          "e4",
          "e5");

  /** An empty store. */
  abstract HistoryStore open(HistoryLimits limits);

  /** The state of a history in {@code store}. */
  abstract Stored stored(HistoryStore store, String userKey, String task);

  static HistoryLimits limits(int capacity, long maxAgeMillis) {
    return new HistoryLimits(capacity, Duration.ofMillis(maxAgeMillis), Duration.ZERO);
  }

  private void assertConverged(
      HistoryStore store, HistoryLimits limits, List<Step> steps, String as) {
    Steps.histories(steps, limits)
        .forEach(
            (slot, history) ->
                assertThat(stored(store, slot.userKey(), slot.task()).withoutVersion())
                    .as("%s, %s", as, slot)
                    .isEqualTo(Stored.of(0, history).withoutVersion()));
  }

  private void assertSameAs(
      InMemoryHistoryStore oracle, HistoryStore store, List<Step> steps, String as) {
    for (Slot slot : Steps.histories(steps, limits(1, 0)).keySet()) {
      assertThat(stored(store, slot.userKey(), slot.task()))
          .as("%s, %s", as, slot)
          .isEqualTo(
              Stored.of(
                  oracle.version(slot.userKey(), slot.task()),
                  oracle.writes(slot.userKey(), slot.task())));
    }
  }

  @Test
  void anyPermutationWithRepetitionsAndErasuresLeavesWhatTheDefinitionSays() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      HistoryLimits limits = limits(1 + random.nextInt(8), random.nextBoolean() ? 0 : 30);
      List<Step> log = randomLog(random);
      for (int permutation = 0; permutation < 3; permutation++) {
        List<Step> replay = new ArrayList<>(log);
        for (int i = random.nextInt(log.size()); i > 0; i--) {
          replay.add(log.get(random.nextInt(log.size())));
        }
        Collections.shuffle(replay, random);
        String as = "seed %d, permutation %d".formatted(seed, permutation);
        InMemoryHistoryStore oneByOne = new InMemoryHistoryStore(limits);
        List<Object> expected = Steps.apply(oneByOne, replay, random, 1);
        try (HistoryStore store = open(limits)) {
          assertThat(Steps.apply(store, replay, random, 20)).as(as).isEqualTo(expected);
          assertSameAs(oneByOne, store, log, as);
          assertConverged(store, limits, log, as);
        }
      }
    }
  }

  /** As a replay brings them: later and later, seldom known, now and then out of order or again. */
  @Test
  void eventsInARowLeaveWhatTheDefinitionSays() {
    for (int seed = 0; seed < 100; seed++) {
      Random random = new Random(seed);
      HistoryLimits limits = limits(1 + random.nextInt(20), random.nextBoolean() ? 0 : 30);
      List<Step> log = new ArrayList<>();
      long at = T;
      for (int i = 0; i < 60; i++) {
        at += random.nextInt(10) == 0 ? -random.nextInt(20) : 1 + random.nextInt(5);
        int id = random.nextInt(10) == 0 ? random.nextInt(60) : i;
        log.add(Step.write("acme:ann", "tags", "e" + id, at, Integer.toString(i % 3)));
        if (random.nextInt(40) == 0) {
          log.add(Step.erase("acme:ann", at + random.nextInt(3)));
        }
      }
      InMemoryHistoryStore oneByOne = new InMemoryHistoryStore(limits);
      List<Object> expected = Steps.apply(oneByOne, log, random, 1);
      try (HistoryStore store = open(limits)) {
        assertThat(Steps.apply(store, log, random, 20)).as("seed %d", seed).isEqualTo(expected);
        assertSameAs(oneByOne, store, log, "seed " + seed);
        assertConverged(store, limits, log, "seed " + seed);
      }
    }
  }

  /** Few ids and times, so that ties, repeated ids and both limits come up often. */
  private static List<Step> randomLog(Random random) {
    int users = 1 + random.nextInt(3);
    int tasks = 1 + random.nextInt(TASKS.size());
    int erasures = random.nextInt(4);
    List<Step> log = new ArrayList<>();
    for (int i = 5 + random.nextInt(40); i > 0; i--) {
      log.add(
          Step.write(
              // Neighbours in the list, each pair together in some seed.
              USERS.get((random.nextInt(users) + tasks + erasures) % USERS.size()),
              TASKS.get(random.nextInt(tasks)),
              IDS.get(random.nextInt(IDS.size())),
              T + random.nextInt(60),
              Integer.toString(random.nextInt(3))));
    }
    for (int i = 0; i < erasures; i++) {
      log.add(
          Step.erase(
              log.get(random.nextInt(log.size())).user().recordKey(), T + random.nextInt(50)));
    }
    return log;
  }

  /** Small enough to leave none out: ids that occur again around erasures and limits. */
  @Test
  void everySingleOrderOfASmallLogEndsTheSame() {
    for (HistoryLimits limits : List.of(limits(1, 0), limits(2, 0), limits(2, 3), limits(9, 2))) {
      try (HistoryStore store = open(limits)) {
        InMemoryHistoryStore oracle = new InMemoryHistoryStore(limits);
        int replays = 0;
        for (int log = 0; log < smallLog("").size(); log++) {
          List<int[]> orders = orders(smallLog("").get(log).size());
          for (int[] order : orders) {
            // One user for each order, so that one store does for all.
            List<Step> steps = smallLog("acme:" + replays++).get(log);
            List<Step> replay = new ArrayList<>();
            for (int i : order) {
              replay.add(steps.get(i));
            }
            String as = "%s, log %d in order %s".formatted(limits, log, replay);
            assertThat(Steps.apply(store, replay, new Random(0), 6))
                .as(as)
                .isEqualTo(Steps.apply(oracle, replay, new Random(0), 1));
            assertConverged(store, limits, steps, as);
          }
        }
      }
    }
  }

  private static List<List<Step>> smallLog(String user) {
    String u = user.isEmpty() ? "acme:none" : user;
    return List.of(
        // An event that occurs before and after an erasure, with one between and one beside.
        List.of(at(u, "a", 1), Step.erase(u, T + 3), at(u, "a", 5), at(u, "b", 4), at(u, "c", 2)),
        // What pushed others out is itself erased, or replaced by a later one.
        List.of(at(u, "a", 5), at(u, "b", 1), at(u, "c", 4), Step.erase(u, T + 4), at(u, "b", 8)),
        // Two erasures, one between the occurrences of one id, the other beyond all but one.
        List.of(
            at(u, "a", 1),
            at(u, "a", 4),
            Step.erase(u, T + 2),
            Step.erase(u, T + 5),
            at(u, "b", 6)),
        // Ties with each other, with the erasure, and with the age limit's bound.
        List.of(at(u, "b", 3), at(u, "a", 3), at(u, "c", 5), Step.erase(u, T + 3), at(u, "a", 5)));
  }

  private static Step at(String user, String id, long after) {
    return Step.write(user, "tags", id, T + after, "at " + after);
  }

  private static List<int[]> orders(int n) {
    if (n == 0) {
      return List.of(new int[0]);
    }
    List<int[]> orders = new ArrayList<>();
    for (int[] shorter : orders(n - 1)) {
      for (int at = 0; at < n; at++) {
        int[] order = new int[n];
        System.arraycopy(shorter, 0, order, 0, at);
        order[at] = n - 1;
        System.arraycopy(shorter, at, order, at + 1, n - 1 - at);
        orders.add(order);
      }
    }
    return orders;
  }

  @Test
  void tenThousandEventsOfOneUserInAnyOrder() {
    HistoryLimits limits = limits(200, 9_000);
    for (int seed = 0; seed < 3; seed++) {
      Random random = new Random(seed);
      List<Step> log = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        log.add(
            Step.write(
                "acme:ann", "tags", "e" + random.nextInt(9_000), T + random.nextInt(10_000), "o"));
      }
      log.add(Step.erase("acme:ann", T + 9_900));
      Collections.shuffle(log, random);
      InMemoryHistoryStore oneByOne = new InMemoryHistoryStore(limits);
      List<Object> expected = Steps.apply(oneByOne, log, random, 1);
      try (HistoryStore store = open(limits)) {
        assertThat(Steps.apply(store, log, random, 500).equals(expected)).as("%d", seed).isTrue();
        assertSameAs(oneByOne, store, log, "seed " + seed);
        assertConverged(store, limits, log, "seed " + seed);
      }
    }
  }

  @Test
  void largestItemsAreComparedToTheirLastByte() {
    HistoryLimits limits = limits(3, 0);
    String text = "\u00E9".repeat(32 * 1024 - 1);
    List<Step> log = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      log.add(Step.write("acme:ann", "tags", "e" + i, T + i, text + "a"));
      log.add(Step.write("acme:ann", "tags", "e" + i, T + i, text + "b"));
      log.add(Step.write("acme:ann", "tags", "e" + i, T + i, text));
    }
    for (int seed = 0; seed < 5; seed++) {
      Collections.shuffle(log, new Random(seed));
      try (HistoryStore store = open(limits)) {
        Steps.apply(store, log, new Random(seed), 18);
        assertConverged(store, limits, log, "seed " + seed);
        for (Map.Entry<Slot, List<Write>> entry : Steps.histories(log, limits).entrySet()) {
          assertThat(entry.getValue()).extracting(Write::eventId).contains("e5").hasSize(3);
        }
      }
    }
  }
}

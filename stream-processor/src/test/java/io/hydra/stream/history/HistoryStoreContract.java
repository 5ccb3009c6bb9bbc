package io.hydra.stream.history;

import static io.hydra.stream.history.Writes.TASK;
import static io.hydra.stream.history.Writes.USER;
import static io.hydra.stream.history.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.redis.HistoryItem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every history store must do. */
abstract class HistoryStoreContract {
  private static final HistoryLimits THREE = limits(3, 0);
  private static final long T = 1_700_000_000_000L;

  /** An empty store. */
  abstract HistoryStore open(HistoryLimits limits);

  /** What {@code store} holds, oldest first. */
  abstract List<HistoryItem> items(HistoryStore store, String userKey, String task);

  static WriteOutcome entered(long version) {
    return new WriteOutcome(version, Effect.ENTERED);
  }

  private static WriteOutcome repeated(long version) {
    return new WriteOutcome(version, Effect.REPEATED);
  }

  private static WriteOutcome tooOld(long version) {
    return new WriteOutcome(version, Effect.TOO_OLD);
  }

  private static HistoryLimits limits(int capacity, long maxAgeMillis) {
    return new HistoryLimits(capacity, Duration.ofMillis(maxAgeMillis), Duration.ZERO);
  }

  private List<String> ids(HistoryStore store) {
    return items(store, USER, TASK).stream().map(HistoryItem::eventId).toList();
  }

  @Test
  void writesOfOneBatchAreAppliedInOrderAndCounted() {
    try (HistoryStore store = open(THREE)) {
      assertThat(store.write(List.of(write("a", T), write("b", T + 1))))
          .containsExactly(entered(1), entered(2));
      assertThat(items(store, USER, TASK))
          .containsExactly(
              new HistoryItem("a", T, "input of a", "output of a"),
              new HistoryItem("b", T + 1, "input of b", "output of b"));
    }
  }

  @Test
  void repeatedWriteReturnsTheSameVersionAndChangesNothing() {
    try (HistoryStore store = open(THREE)) {
      store.write(List.of(write("a", T), write("b", T + 1)));
      assertThat(store.write(List.of(write("a", T), write("b", T + 1), write("a", T))))
          .containsOnly(repeated(2));
      assertThat(ids(store)).containsExactly("a", "b");
    }
  }

  @Test
  void oldestLeavesWhenFull() {
    try (HistoryStore store = open(THREE)) {
      store.write(List.of(write("c", T + 2), write("a", T), write("b", T + 1)));
      assertThat(store.write(List.of(write("d", T + 3)))).containsExactly(entered(4));
      assertThat(ids(store)).containsExactly("b", "c", "d");
    }
  }

  @Test
  void tooOldForFullHistoryDoesNotEnterAndDoesNotCount() {
    try (HistoryStore store = open(THREE)) {
      store.write(List.of(write("b", T + 1), write("c", T + 2), write("d", T + 3)));
      assertThat(store.write(List.of(write("a", T)))).containsExactly(tooOld(3));
      assertThat(ids(store)).containsExactly("b", "c", "d");
    }
  }

  @Test
  void tiesInTimeAreOrderedByTheBytesOfTheEventId() {
    try (HistoryStore store = open(THREE)) {
      // In UTF-16, Java's own order, the last two are the other way round.
      String beforeInUtf8 = "\uFF5E";
      String afterInUtf8 = "\uD83D\uDE00";
      store.write(
          List.of(write(afterInUtf8, T), write("Z", T), write(beforeInUtf8, T), write("a", T)));
      assertThat(ids(store)).containsExactly("a", beforeInUtf8, afterInUtf8);
    }
  }

  @Test
  void eventsOlderThanTheAgeLimitBeforeTheNewestLeave() {
    try (HistoryStore store = open(limits(10, 100))) {
      store.write(List.of(write("a", T), write("b", T + 100)));
      assertThat(ids(store)).containsExactly("a", "b");
      assertThat(store.write(List.of(write("c", T + 101)))).containsExactly(entered(3));
      assertThat(ids(store)).containsExactly("b", "c");
      assertThat(store.write(List.of(write("late", T)))).containsExactly(tooOld(3));
      assertThat(ids(store)).containsExactly("b", "c");
    }
  }

  @Test
  void laterOccurrenceOfAnEventReplacesTheEarlierOneAndDoesNotEnterAgain() {
    try (HistoryStore store = open(THREE)) {
      store.write(List.of(write("a", T, "old"), write("b", T + 1)));
      assertThat(store.write(List.of(write("a", T + 2, "new"))))
          .containsExactly(new WriteOutcome(2, Effect.REPLACED));
      assertThat(store.write(List.of(write("a", T, "old")))).containsExactly(repeated(2));
      assertThat(ids(store)).containsExactly("b", "a");
      assertThat(items(store, USER, TASK).get(1).output()).isEqualTo("new");
    }
  }

  @Test
  void greaterBytesWinAtTheSameTimeWhateverTheOrder() {
    try (HistoryStore store = open(THREE)) {
      // Unsigned, and beyond any locale: 0xC3 is above 'z', and 'a' above 'Z'.
      store.write(List.of(write("a", T, "\u00E9"), write("a", T, "z")));
      store.write(List.of(write("b", T + 1, "Z"), write("b", T + 1, "a")));
      assertThat(items(store, USER, TASK))
          .extracting(HistoryItem::output)
          .containsExactly("\u00E9", "a");
    }
  }

  @Test
  void usersAndTasksDoNotMeet() {
    try (HistoryStore store = open(THREE)) {
      store.write(
          List.of(
              write("acme:ann", "tags", "a", T, "1"),
              write("acme:ann", "stars", "a", T, "2"),
              write("acme:bob", "tags", "a", T, "3"),
              write("other:ann", "tags", "a", T, "4")));
      assertThat(items(store, "acme:ann", "tags"))
          .extracting(HistoryItem::output)
          .containsExactly("1");
      assertThat(items(store, "acme:ann", "stars"))
          .extracting(HistoryItem::output)
          .containsExactly("2");
      assertThat(items(store, "acme:bob", "tags"))
          .extracting(HistoryItem::output)
          .containsExactly("3");
      assertThat(items(store, "other:ann", "tags"))
          .extracting(HistoryItem::output)
          .containsExactly("4");
    }
  }

  @Test
  void anyPermutationWithRepetitionsLeavesWhatTheDefinitionSays() {
    for (int seed = 0; seed < 150; seed++) {
      Random random = new Random(seed);
      HistoryLimits limits = limits(1 + random.nextInt(8), random.nextBoolean() ? 0 : 30);
      List<HistoryWrite> log = randomLog(random);
      InMemoryHistoryStore oracle = new InMemoryHistoryStore(limits);
      oracle.write(log);
      for (int permutation = 0; permutation < 3; permutation++) {
        List<HistoryWrite> replay = new ArrayList<>(log);
        for (int i = random.nextInt(log.size()); i > 0; i--) {
          replay.add(log.get(random.nextInt(log.size())));
        }
        Collections.shuffle(replay, random);
        InMemoryHistoryStore sameOrder = new InMemoryHistoryStore(limits);
        try (HistoryStore store = open(limits)) {
          assertThat(store.write(replay))
              .as("outcomes, seed %d", seed)
              .isEqualTo(sameOrder.write(replay));
          assertThat(items(store, USER, TASK))
              .as("items, seed %d", seed)
              .isEqualTo(oracle.items(USER, TASK));
        }
      }
    }
  }

  /** Few ids and times, so that ties, repeated ids and both limits come up often. */
  private static List<HistoryWrite> randomLog(Random random) {
    List<HistoryWrite> log = new ArrayList<>();
    for (int i = 5 + random.nextInt(25); i > 0; i--) {
      log.add(
          write(
              "e" + random.nextInt(20),
              T + random.nextInt(60),
              Integer.toString(random.nextInt(3))));
    }
    return log;
  }
}

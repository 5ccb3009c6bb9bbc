package io.hydra.schemas.store;

import static io.hydra.schemas.store.Writes.TASK;
import static io.hydra.schemas.store.Writes.USER;
import static io.hydra.schemas.store.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.store.HistoryStore.Effect;
import io.hydra.schemas.store.HistoryStore.Erased;
import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.store.HistoryStore.Outcome;
import io.hydra.schemas.user.UserKey;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The duties of every history store, by example. */
abstract class HistoryStoreContract extends ConvergenceContract {
  private static final HistoryLimits THREE = limits(3, 0);
  private static final long T = 1_700_000_000_000L;

  private List<HistoryItem> items(HistoryStore store, String userKey, String task) {
    return stored(store, userKey, task).items();
  }

  static Outcome entered(long version) {
    return new Outcome(version, Effect.ENTERED);
  }

  private static Outcome repeated(long version) {
    return new Outcome(version, Effect.REPEATED);
  }

  private static Outcome tooOld(long version) {
    return new Outcome(version, Effect.TOO_OLD);
  }

  private static Outcome erased(long version) {
    return new Outcome(version, Effect.ERASED);
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
          .containsExactly(new Outcome(2, Effect.REPLACED));
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

  private static Erasure erasure(long upTo) {
    return new Erasure(UserKey.parse(USER), "x" + upTo, upTo);
  }

  @Test
  void whatOccurredUpToAnErasureIsForgottenAndStaysOut() {
    try (HistoryStore store = open(THREE)) {
      store.write(List.of(write("a", T), write("b", T + 1)));
      store.write(List.of(write(USER, "stars", "c", T, "5")));
      assertThat(store.erase(erasure(T + 1))).isEqualTo(new Erased(3, 0, List.of()));
      assertThat(stored(store, USER, TASK)).isEqualTo(Stored.NOTHING);
      assertThat(stored(store, USER, "stars")).isEqualTo(Stored.NOTHING);
      assertThat(store.write(List.of(write("b", T + 1), write("late", T), write("c", T + 2))))
          .containsExactly(erased(0), erased(0), entered(1));
      assertThat(ids(store)).containsExactly("c");
    }
  }

  @Test
  void historyThatAnErasureTookAPartOfCountsAsChanged() {
    try (HistoryStore store = open(THREE)) {
      store.write(List.of(write("a", T), write("b", T + 1), write("c", T + 2)));
      assertThat(store.erase(erasure(T)))
          .isEqualTo(new Erased(1, 2, List.of(new Erased.Left(TASK, 4))));
      assertThat(ids(store)).containsExactly("b", "c");
      assertThat(store.write(List.of(write("b", T + 1), write("d", T + 3))))
          .containsExactly(repeated(4), entered(5));
    }
  }

  @Test
  void repeatedOrEarlierErasureChangesNothing() {
    try (HistoryStore store = open(THREE)) {
      store.write(List.of(write("a", T), write("b", T + 1), write("c", T + 2)));
      store.erase(erasure(T));
      Erased nothing = new Erased(0, 2, List.of(new Erased.Left(TASK, 4)));
      assertThat(store.erase(erasure(T))).isEqualTo(nothing);
      assertThat(store.erase(erasure(T - 1))).isEqualTo(nothing);
      assertThat(store.write(List.of(write("a", T)))).containsExactly(erased(4));
    }
  }

  @Test
  void erasureOfAnUnknownUserKeepsWhatComesLaterOut() {
    try (HistoryStore store = open(THREE)) {
      assertThat(store.erase(erasure(T))).isEqualTo(new Erased(0, 0, List.of()));
      assertThat(store.write(List.of(write("a", T), write("b", T + 1))))
          .containsExactly(erased(0), entered(1));
    }
  }

  @Test
  void erasureIsOfOneUserAlone() {
    try (HistoryStore store = open(THREE)) {
      store.write(
          List.of(
              write(USER, TASK, "a", T, "1"),
              write(USER + "a", TASK, "a", T, "2"),
              write("other:ann", TASK, "a", T, "3")));
      store.erase(erasure(T));
      assertThat(stored(store, USER + "a", TASK).items()).hasSize(1);
      assertThat(stored(store, "other:ann", TASK).items()).hasSize(1);
      assertThat(store.write(List.of(write(USER + "a", TASK, "b", T, "2"))))
          .containsExactly(entered(2));
    }
  }

  @Test
  void eventThatOccurredAgainAfterTheErasureIsWhatItWasThen() {
    try (HistoryStore store = open(THREE)) {
      store.write(List.of(write("a", T, "before")));
      store.write(List.of(write("a", T + 5, "after")));
      store.erase(erasure(T + 3));
      store.write(List.of(write("a", T, "before")));
      assertThat(items(store, USER, TASK))
          .containsExactly(new HistoryItem("a", T + 5, "input of a", "after"));
    }
  }

  @Test
  void erasureOfTheNewestTakesAllThatTheAgeLimitDroppedForIt() {
    try (HistoryStore store = open(limits(10, 100))) {
      store.write(List.of(write("old", T), write("new", T + 500)));
      store.erase(erasure(T + 500));
      assertThat(store.write(List.of(write("old", T)))).containsExactly(erased(0));
      assertThat(store.write(List.of(write("next", T + 501)))).containsExactly(entered(1));
    }
  }
}

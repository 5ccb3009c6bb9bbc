package io.hydra.stream.writer;

import static io.hydra.schemas.store.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.schemas.store.HistoryStore;
import io.hydra.schemas.store.HistoryStore.Effect;
import io.hydra.schemas.store.HistoryStore.Erased;
import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.user.UserKey;
import io.hydra.stream.Events;
import io.hydra.stream.event.DeadLetter;
import io.hydra.stream.event.EventDecoder;
import io.hydra.stream.event.RawRecord;
import io.hydra.stream.event.UserEvent;
import io.hydra.stream.writer.HistoryVersion.ErasedUser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HistoryWriterTest {
  private static final UserKey ANN = new UserKey("acme", "ann");
  private static final int FIRST = 0;

  private final FakeStore store = new FakeStore();
  private OneInputStreamOperatorTestHarness<UserEvent, HistoryVersion> harness;

  private void open(int size, int delayMillis, int inFlight) throws Exception {
    open(new BatchSettings(size, Duration.ofMillis(delayMillis), inFlight, 16 << 20));
  }

  private void open(BatchSettings settings) throws Exception {
    FakeStore.opened = store;
    harness =
        new OneInputStreamOperatorTestHarness<>(
            new HistoryWriter.Factory(() -> FakeStore.opened, settings));
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    if (harness != null) {
      harness.getOperator().close(); // The harness itself would first wait for what is in flight.
    }
  }

  private void events(String... ids) throws Exception {
    for (String id : ids) {
      event(new UserEvent(write(id, 1), null, Events.raw(Events.utf8(id), Events.utf8("v" + id))));
    }
  }

  private void event(UserEvent event) throws Exception {
    harness.processElement(event, event.occurredAt());
  }

  private static UserEvent erasure(String id) {
    return new UserEvent(
        null, new Erasure(ANN, id, 7), Events.raw(Events.utf8(id), Events.utf8("v" + id)));
  }

  /** Runs the next thing that the operator was told to do; waits until there is one. */
  private void nextMail() throws Exception {
    harness.getTaskMailbox().take(FIRST).run();
  }

  /** Until the task waits for something; Flink's mailbox looks up once a second while it does. */
  private static void awaitStop(Thread task) {
    while (task.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
  }

  /** As {@link FakeStore} tells it. */
  private static HistoryVersion version(String id) {
    return HistoryVersion.of("acme:ann", "tags", id.hashCode(), true);
  }

  @Test
  void fullBatchGoesAtOnceAndNoSooner() throws Exception {
    open(3, 10, 10);
    events("a", "b");
    events("c", "d");
    assertThat(store.calls.take()).isEqualTo("abc");
    nextMail();
    assertThat(harness.extractOutputValues())
        .containsExactly(version("a"), version("b"), version("c"));
  }

  @Test
  void batchThatDoesNotFillUpGoesAfterTheDelaySinceItsFirst() throws Exception {
    open(10, 5, 10);
    harness.setProcessingTime(100);
    events("a");
    harness.setProcessingTime(104);
    events("b"); // Would be alone had "a" gone already.
    harness.setProcessingTime(105);
    events("c");
    assertThat(store.calls.take()).isEqualTo("ab");
    harness.setProcessingTime(110);
    assertThat(store.calls.take()).isEqualTo("c");
  }

  @Test
  void delayOfABatchThatWasFullDoesNotHurryTheNextOne() throws Exception {
    open(2, 5, 10);
    harness.setProcessingTime(100);
    events("a");
    harness.setProcessingTime(103);
    events("b", "c");
    harness.setProcessingTime(105); // When "a" would have gone.
    events("d");
    assertThat(store.calls.take()).isEqualTo("ab");
    assertThat(store.calls.take()).isEqualTo("cd");
  }

  @Test
  void noMoreEventsThanAllowedAreUnanswered() throws Exception {
    open(2, 10, 4);
    AtomicInteger accepted = new AtomicInteger();
    Thread task = Thread.currentThread();
    List<Integer> unanswered = new ArrayList<>();
    store.before =
        () -> {
          awaitStop(task); // Be it by the bound or at the checkpoint.
          unanswered.add(accepted.get() - 2 * unanswered.size());
        };
    for (int i = 0; i < 11; i++) {
      accepted.incrementAndGet();
      events(Integer.toString(i));
    }
    harness.prepareSnapshotPreBarrier(1);
    assertThat(unanswered).hasSize(6).contains(4).allMatch(events -> events <= 4);
    assertThat(harness.extractOutputValues()).hasSize(11);
  }

  private static UserEvent large(String id, int bytes) {
    RawRecord raw = Events.raw(Events.utf8(id), Events.utf8("v" + id));
    return new UserEvent(
        write(id, 1),
        null,
        new RawRecord(
            raw.topic(),
            raw.partition(),
            raw.offset(),
            raw.timestamp(),
            raw.key(),
            raw.value(),
            new String[] {"h"},
            new byte[][] {new byte[bytes]}));
  }

  @Test
  void noMoreBytesThanAllowedAreUnansweredHeadersIncluded() throws Exception {
    open(new BatchSettings(100, Duration.ofMillis(10), 1000, 80_000));
    AtomicInteger accepted = new AtomicInteger();
    Thread task = Thread.currentThread();
    List<Integer> batches = new ArrayList<>();
    List<Integer> unanswered = new ArrayList<>();
    store.before =
        () -> {
          awaitStop(task); // Be it by the bound or at the checkpoint.
          unanswered.add(accepted.get() - batches.stream().mapToInt(Integer::intValue).sum());
          batches.add(2); // An eighth of the bound.
        };
    for (int i = 0; i < 40; i++) {
      accepted.incrementAndGet();
      event(large(Integer.toString(i % 10), 5_000));
    }
    harness.prepareSnapshotPreBarrier(1);
    assertThat(store.calls).hasSize(20);
    assertThat(unanswered).contains(16).allMatch(events -> events <= 16);
    assertThat(harness.extractOutputValues()).hasSize(40);
  }

  @Test
  void checkpointWaitsUntilAllBeforeItIsWritten() throws Exception {
    open(2, 10, 10);
    events("a", "b", "c", "d", "e");
    harness.prepareSnapshotPreBarrier(1);
    assertThat(store.calls).containsExactly("ab", "cd", "e");
    assertThat(harness.extractOutputValues()).hasSize(5);
    harness.prepareSnapshotPreBarrier(2); // Nothing is left to wait for.
  }

  @Test
  void endOfInputWaitsUntilAllIsWritten() throws Exception {
    open(10, 10, 10);
    events("a", "b");
    harness.getOperator().finish();
    assertThat(harness.extractOutputValues()).containsExactly(version("a"), version("b"));
  }

  @Test
  void outputsComeInTheOrderOfTheInputs() throws Exception {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      int size = 1 + random.nextInt(8);
      open(size, 10, size + random.nextInt(20));
      List<Object> expected = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        String id = Integer.toString(i);
        if (random.nextInt(10) == 0) {
          event(erasure(id));
          expected.add(id);
        } else {
          events(id);
          expected.add((long) id.hashCode());
        }
        if (random.nextInt(20) == 0) {
          harness.setProcessingTime(harness.getProcessingTime() + 10);
        }
      }
      harness.prepareSnapshotPreBarrier(1);
      List<Object> actual = new ArrayList<>();
      for (HistoryVersion version : harness.extractOutputValues()) {
        actual.add(version.erased() == null ? version.version() : version.erased().eventId());
      }
      assertThat(actual).as("seed %d", seed).isEqualTo(expected);
      harness.close();
    }
    harness = null;
  }

  @Test
  void refusedWriteIsADeadLetterWithItsOwnBytesAndTheReason() throws Exception {
    open(3, 10, 10);
    store.effects.put("b", Effect.REFUSED);
    events("a", "b", "c");
    nextMail();
    assertThat(harness.extractOutputValues()).containsExactly(version("a"), version("c"));
    var letters = harness.getSideOutput(EventDecoder.DEAD_LETTERS);
    assertThat(letters).hasSize(1);
    DeadLetter letter = letters.element().getValue();
    RawRecord raw = Events.raw(Events.utf8("b"), Events.utf8("vb"));
    assertThat(letter.raw()).usingRecursiveComparison().isEqualTo(raw);
    assertThat(letter.message()).contains("of another type");
  }

  @Test
  void refusedErasureIsADeadLetterAndEndsNothing() throws Exception {
    open(3, 10, 10);
    store.refusesErasures = true;
    event(erasure("x"));
    events("a", "b");
    nextMail();
    assertThat(harness.extractOutputValues()).containsExactly(version("a"), version("b"));
    var letters = harness.getSideOutput(EventDecoder.DEAD_LETTERS);
    assertThat(letters).hasSize(1);
    assertThat(letters.element().getValue().raw().value()).isEqualTo(Events.utf8("vx"));
  }

  @Test
  void writeThatAnErasureKeptOutSaysNothing() throws Exception {
    open(2, 10, 10);
    store.effects.put("a", Effect.ERASED);
    events("a", "b");
    nextMail();
    assertThat(harness.extractOutputValues()).containsExactly(version("b"));
    assertThat(harness.getSideOutput(EventDecoder.DEAD_LETTERS)).isNull();
  }

  @Test
  void repeatedAndTooOldWritesTellTheirVersionToo() throws Exception {
    open(2, 10, 10);
    store.effects.put("a", Effect.REPEATED);
    store.effects.put("b", Effect.TOO_OLD);
    events("a", "b");
    nextMail();
    assertThat(harness.extractOutputValues())
        .containsExactly(
            HistoryVersion.of("acme:ann", "tags", "a".hashCode(), false),
            HistoryVersion.of("acme:ann", "tags", "b".hashCode(), false));
  }

  @Test
  void erasureIsToldBeforeTheVersionsOfWhatItLeft() throws Exception {
    open(3, 10, 10);
    harness.setProcessingTime(1234);
    store.erased =
        new Erased(5, 3, List.of(new Erased.Left("stars", 9), new Erased.Left("tags", 4)));
    events("a");
    event(erasure("x"));
    events("b");
    nextMail();
    assertThat(store.calls).containsExactly("a", "erase x", "b");
    assertThat(harness.extractOutputValues())
        .containsExactly(
            version("a"),
            HistoryVersion.erased(new ErasedUser("acme:ann", "x", 7, 5, 3, 1234)),
            HistoryVersion.left("acme:ann", "stars", 9),
            HistoryVersion.left("acme:ann", "tags", 4),
            version("b"));
  }

  @Test
  void failureOfTheStoreFailsTheTask() throws Exception {
    open(1, 10, 10);
    store.before =
        () -> {
          throw new IllegalArgumentException("wrong password");
        };
    events("a");
    assertThatThrownBy(() -> harness.prepareSnapshotPreBarrier(1))
        .hasRootCauseInstanceOf(IllegalArgumentException.class)
        .hasRootCauseMessage("wrong password");
  }

  @Test
  void closesWhileTheStoreIsAway() throws Exception {
    open(1, 10, 10);
    store.before =
        () -> {
          throw new HistoryStore.UnavailableException("away", null);
        };
    events("a", "b", "c");
    assertThat(store.calls.take()).isEqualTo("a");
    harness.getOperator().close();
    assertThat(store.closed).isTrue();
    assertThat(harness.extractOutputValues()).isEmpty();
    harness = null;
  }

  @Test
  void cancellationEndsACheckpointThatWaitsForAStoreThatIsAway() throws Exception {
    open(1, 10, 10);
    Thread task = Thread.currentThread();
    store.before =
        () -> {
          awaitStop(task);
          task.interrupt(); // As Flink does.
          throw new HistoryStore.UnavailableException("away", null);
        };
    events("a");
    assertThatThrownBy(() -> harness.prepareSnapshotPreBarrier(1))
        .isInstanceOf(InterruptedException.class);
  }

  @Test
  void batchThatFailedWhileTheStoreWasAwayIsWrittenInTheEnd() throws Exception {
    open(2, 10, 10);
    AtomicInteger failures = new AtomicInteger(2);
    store.before =
        () -> {
          if (failures.getAndDecrement() > 0) {
            throw new HistoryStore.UnavailableException("away", null);
          }
        };
    events("a", "b", "c");
    harness.prepareSnapshotPreBarrier(1);
    assertThat(store.calls).containsExactly("ab", "ab", "ab", "c");
    assertThat(harness.extractOutputValues())
        .containsExactly(version("a"), version("b"), version("c"));
  }
}

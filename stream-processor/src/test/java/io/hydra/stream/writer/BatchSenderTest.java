package io.hydra.stream.writer;

import static io.hydra.schemas.store.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.retry.Retry;
import io.hydra.schemas.store.HistoryStore;
import io.hydra.schemas.store.HistoryStore.Effect;
import io.hydra.schemas.store.HistoryStore.Erased;
import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.store.HistoryStore.Outcome;
import io.hydra.schemas.store.HistoryStore.Write;
import io.hydra.schemas.user.UserKey;
import io.hydra.stream.event.UserEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class BatchSenderTest {
  private static final UserKey ANN = new UserKey("acme", "ann");

  /** Each call needs a permit. */
  private static final class GatedStore implements HistoryStore {
    final Semaphore permits = new Semaphore(0);
    final CountDownLatch firstCall = new CountDownLatch(1);
    final List<String> calls = new CopyOnWriteArrayList<>();
    final List<RuntimeException> failures = new CopyOnWriteArrayList<>();
    final BlockingQueue<Integer> tidied = new LinkedBlockingQueue<>();
    final BlockingQueue<Boolean> left = new LinkedBlockingQueue<>();
    volatile BooleanSupplier awayUntil = () -> true;
    volatile boolean closed;

    @Override
    public List<Outcome> write(List<Write> writes) {
      called(String.join("", writes.stream().map(Write::eventId).toList()));
      return writes.stream().map(w -> new Outcome(w.occurredAt(), Effect.ENTERED)).toList();
    }

    @Override
    public Erased erase(Erasure erasure) {
      called("erase " + erasure.eventId());
      return new Erased(1, 0, List.of());
    }

    @Override
    public boolean tidy(int writes) {
      tidied.add(writes);
      Boolean more = left.poll();
      return more != null && more;
    }

    private void called(String call) {
      firstCall.countDown();
      permits.acquireUninterruptibly();
      calls.add(call);
      if (!awayUntil.getAsBoolean()) {
        throw new HistoryStore.UnavailableException("away", null);
      }
      if (!failures.isEmpty()) {
        throw failures.remove(0);
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private final GatedStore store = new GatedStore();
  private final List<Duration> pauses = new CopyOnWriteArrayList<>();
  private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();

  private BatchSender sender() {
    return new BatchSender(
        new StoreWriter(
            store,
            new Retry(
                new Outage("the store"),
                e -> e instanceof HistoryStore.UnavailableException,
                Backoff.between(Duration.ofMillis(50), Duration.ofSeconds(5)),
                pauses::add)),
        new BatchSender.Listener() {
          @Override
          public void written(List<UserEvent> batch, List<StoreWriter.Result> results) {
            told.add(results);
          }

          @Override
          public void failed(Throwable failure) {
            told.add(failure);
          }
        },
        Thread::new);
  }

  private static List<UserEvent> batch(String... ids) {
    List<UserEvent> batch = new ArrayList<>();
    for (String id : ids) {
      batch.add(new UserEvent(write(id, id.charAt(0)), null, null));
    }
    return batch;
  }

  private static StoreWriter.Result entered(long version) {
    return new StoreWriter.Result(new Outcome(version, Effect.ENTERED), null);
  }

  @Test
  void batchesGoInOrderEachInOneCallAndAreAnsweredInOrder() throws Exception {
    store.permits.release(10);
    try (BatchSender sender = sender()) {
      sender.send(batch("a"));
      sender.send(batch("b", "c"));
      assertThat(told.take()).isEqualTo(List.of(entered('a')));
      assertThat(told.take()).isEqualTo(List.of(entered('b'), entered('c')));
      assertThat(store.calls).containsExactly("a", "bc");
    }
    assertThat(store.closed).isTrue();
  }

  @Test
  void theStoreIsTidiedAfterABatchAndThenUntilNothingIsLeft() throws Exception {
    store.permits.release(10);
    store.left.addAll(List.of(true, true, false));
    try (BatchSender sender = sender()) {
      sender.send(batch("a", "b"));
      assertThat(store.tidied.take()).isEqualTo(2);
      assertThat(store.tidied.take()).isZero();
      assertThat(store.tidied.take()).isZero();
    }
    assertThat(store.tidied).isEmpty();
  }

  @Test
  void whileBatchesWaitNothingIsTidied() throws Exception {
    try (BatchSender sender = sender()) {
      sender.send(batch("a"));
      sender.send(batch("b", "c"));
      store.permits.release(10);
      assertThat(store.tidied.take()).isEqualTo(2);
      assertThat(store.calls).containsExactly("a", "bc");
    }
    assertThat(store.tidied).isEmpty();
  }

  @Test
  void anErasurePartsTheWritesBeforeItFromThoseAfterIt() throws Exception {
    store.permits.release(10);
    try (BatchSender sender = sender()) {
      List<UserEvent> batch = batch("a", "b", "c");
      batch.add(2, new UserEvent(null, new Erasure(ANN, "x", 7), null));
      sender.send(batch);
      assertThat(told.take())
          .isEqualTo(
              List.of(
                  entered('a'),
                  entered('b'),
                  new StoreWriter.Result(null, new Erased(1, 0, List.of())),
                  entered('c')));
      assertThat(store.calls).containsExactly("ab", "erase x", "c");
    }
  }

  @Test
  void batchIsSentAgainWholeWhileTheStoreIsAway() throws Exception {
    store.failures.add(new HistoryStore.UnavailableException("away", null));
    store.failures.add(new HistoryStore.UnavailableException("away", null));
    store.permits.release(10);
    try (BatchSender sender = sender()) {
      sender.send(batch("a", "b"));
      assertThat(told.take()).isEqualTo(List.of(entered('a'), entered('b')));
      assertThat(store.calls).containsExactly("ab", "ab", "ab");
      assertThat(pauses).hasSize(2);
    }
  }

  @Test
  void storeThatIsAwayForElevenMinutesLosesNoBatchAndKeepsTheirOrder() throws Exception {
    Duration outage = Duration.ofMinutes(11);
    store.awayUntil =
        () -> pauses.stream().reduce(Duration.ZERO, Duration::plus).compareTo(outage) >= 0;
    store.permits.release(100_000);
    try (BatchSender sender = sender()) {
      sender.send(batch("a", "b"));
      sender.send(batch("c"));
      assertThat(told.take()).isEqualTo(List.of(entered('a'), entered('b')));
      assertThat(told.take()).isEqualTo(List.of(entered('c')));
      assertThat(store.calls).startsWith("ab", "ab").endsWith("ab", "c");
      assertThat(pauses).hasSizeLessThan(300);
    }
  }

  @Test
  void anyOtherFailureIsToldAndEndsTheSending() throws Exception {
    store.failures.add(new IllegalStateException("broken"));
    store.permits.release(10);
    try (BatchSender sender = sender()) {
      sender.send(batch("a"));
      assertThat(told.take()).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void closingDropsWhatIsNotSent() throws Exception {
    BatchSender sender = sender();
    sender.send(batch("a"));
    store.firstCall.await();
    sender.send(batch("b"));
    Thread closer =
        new Thread(
            () -> {
              try {
                sender.close();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    closer.start();
    while (closer.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait(); // Until it waits for the sender.
    }
    store.permits.release(10);
    closer.join();
    assertThat(store.calls).containsExactly("a");
    assertThat(store.closed).isTrue();
  }
}

package io.hydra.stream.history;

import static io.hydra.stream.history.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.stream.retry.Backoff;
import io.hydra.stream.retry.Retrier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WriteBatcherTest {
  private static final BatchSettings FOUR = new BatchSettings(4, Duration.ofMillis(10), 100);

  /** Each round trip needs a permit. */
  private static final class GatedStore implements HistoryStore {
    final Semaphore permits = new Semaphore(0);
    final CountDownLatch firstCall = new CountDownLatch(1);
    final List<List<String>> batches = new CopyOnWriteArrayList<>();
    final List<RuntimeException> failures = new CopyOnWriteArrayList<>();
    volatile boolean closed;

    @Override
    public List<WriteOutcome> write(List<HistoryWrite> writes) {
      firstCall.countDown();
      permits.acquireUninterruptibly();
      batches.add(writes.stream().map(HistoryWrite::eventId).toList());
      if (!failures.isEmpty()) {
        throw failures.remove(0);
      }
      return writes.stream().map(w -> new WriteOutcome(w.occurredAt(), true)).toList();
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private final GatedStore store = new GatedStore();
  private final List<Duration> pauses = new CopyOnWriteArrayList<>();

  private WriteBatcher batcher() {
    return new WriteBatcher(
        store,
        FOUR,
        new Retrier(
            "the store",
            StoreUnavailableException.class,
            new Backoff(Duration.ofMillis(10), Duration.ofMillis(100), new Random(1)),
            pauses::add),
        System::nanoTime,
        Thread::new);
  }

  private List<CompletableFuture<WriteOutcome>> submit(WriteBatcher batcher, String... ids)
      throws InterruptedException {
    List<CompletableFuture<WriteOutcome>> outcomes = new ArrayList<>();
    for (String id : ids) {
      outcomes.add(batcher.submit(write(id, id.charAt(0))));
    }
    return outcomes;
  }

  @Test
  void whatArrivesDuringARoundTripGoesTogetherInOrderAndBoundedBySize() throws Exception {
    try (WriteBatcher batcher = batcher()) {
      submit(batcher, "a");
      store.firstCall.await();
      List<CompletableFuture<WriteOutcome>> outcomes =
          submit(batcher, "b", "c", "d", "e", "f", "g");
      store.permits.release(10);
      for (var outcome : outcomes) {
        outcome.get();
      }
      assertThat(outcomes.get(5).get()).isEqualTo(new WriteOutcome('g', true));
      assertThat(store.batches)
          .containsExactly(List.of("a"), List.of("b", "c", "d", "e"), List.of("f", "g"));
    }
    assertThat(store.closed).isTrue();
  }

  @Test
  void batchIsSentAgainWholeWhileTheStoreIsAway() throws Exception {
    store.failures.add(new StoreUnavailableException("away", null));
    store.failures.add(new StoreUnavailableException("away", null));
    try (WriteBatcher batcher = batcher()) {
      List<CompletableFuture<WriteOutcome>> outcomes = submit(batcher, "a", "b", "c", "d");
      store.permits.release(10);
      for (var outcome : outcomes) {
        outcome.get();
      }
      assertThat(store.batches).hasSizeGreaterThanOrEqualTo(3);
      assertThat(store.batches.get(0))
          .isEqualTo(store.batches.get(1))
          .isEqualTo(store.batches.get(2));
      assertThat(pauses).hasSize(2);
    }
  }

  @Test
  void anyOtherFailureFailsItsBatchAndNoOther() throws Exception {
    store.failures.add(new IllegalStateException("broken"));
    try (WriteBatcher batcher = batcher()) {
      CompletableFuture<WriteOutcome> first = submit(batcher, "a").get(0);
      store.firstCall.await();
      CompletableFuture<WriteOutcome> second = submit(batcher, "b").get(0);
      store.permits.release(10);
      assertThatThrownBy(first::get)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(IllegalStateException.class);
      assertThat(second.get()).isEqualTo(new WriteOutcome('b', true));
    }
  }

  @Test
  void closingLeavesUnsentWritesUncompleted() throws Exception {
    WriteBatcher batcher = batcher();
    submit(batcher, "a");
    store.firstCall.await();
    CompletableFuture<WriteOutcome> unsent = submit(batcher, "b").get(0);
    Thread closer =
        new Thread(
            () -> {
              try {
                batcher.close();
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
    assertThat(unsent).isNotDone();
    assertThat(store.closed).isTrue();
  }
}

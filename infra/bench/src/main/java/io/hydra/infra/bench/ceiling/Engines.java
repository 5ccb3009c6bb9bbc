package io.hydra.infra.bench.ceiling;

import io.hydra.infra.bench.load.MadeUpTexts;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.store.HistoryStore;
import io.hydra.schemas.store.HistoryStore.Erased;
import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.store.HistoryStore.Outcome;
import io.hydra.schemas.store.HistoryStore.Write;
import io.hydra.schemas.user.UserKey;
import io.hydra.stream.event.EventIntake;
import io.hydra.stream.event.RawRecord;
import io.hydra.stream.event.UserEvent;
import io.hydra.stream.rebuild.EventLog;
import io.hydra.stream.rebuild.Replay;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Ways to bring events into histories as fast as can be. */
final class Engines {
  private Engines() {}

  interface Engine {
    /**
     * Returns when all is written.
     *
     * @param written told of each batch once it is written, from any thread
     */
    void run(SteadyRate written) throws Exception;
  }

  /**
   * The store alone: batches made beforehand, each writer with its own connection and users.
   *
   * @param batches of each writer
   */
  record RedisAlone(Supplier<HistoryStore> stores, List<List<List<Write>>> batches)
      implements Engine {
    private static final String TASK = "bench";
    private static final long FIRST = 1_760_000_000_000L;
    private static final int TEXTS = 4_096;

    /**
     * Batches of distinct made-up events, of the shape of the bench's own. Users are drawn evenly;
     * those of one user are in one writer's list.
     *
     * @return the batches of each writer
     */
    static List<List<List<Write>>> batches(
        int users, int textBytes, long seed, int writers, long events, int size) {
      UserKey[] keys = new UserKey[users];
      for (int user = 0; user < users; user++) {
        keys[user] = new UserKey("bench", "user-" + user);
      }
      MadeUpTexts texts = new MadeUpTexts(seed);
      byte[][] items = new byte[TEXTS][];
      for (int i = 0; i < TEXTS; i++) {
        String text = texts.text(i, textBytes - 1);
        items[i] = HistoryItemCodec.encode(new HistoryItem("", FIRST, text, "y"));
      }
      List<List<List<Write>>> all = new ArrayList<>();
      for (int writer = 0; writer < writers; writer++) {
        all.add(new ArrayList<>(List.of(new ArrayList<>(size))));
      }
      SplittableRandom random = new SplittableRandom(seed);
      for (long event = 0; event < events; event++) {
        int user = random.nextInt(users);
        List<List<Write>> own = all.get(user % writers);
        if (own.get(own.size() - 1).size() == size) {
          own.add(new ArrayList<>(size));
        }
        own.get(own.size() - 1)
            .add(
                new Write(
                    keys[user],
                    TASK,
                    "%016x".formatted(event),
                    FIRST + event,
                    items[(int) (event % TEXTS)]));
      }
      return all;
    }

    @Override
    public void run(SteadyRate written) throws Exception {
      ExecutorService threads = Executors.newFixedThreadPool(batches.size());
      try {
        List<Future<?>> writers = new ArrayList<>();
        for (List<List<Write>> own : batches) {
          writers.add(threads.submit(() -> write(own, written)));
        }
        for (Future<?> writer : writers) {
          writer.get();
        }
      } finally {
        threads.shutdownNow();
      }
    }

    private void write(List<List<Write>> own, SteadyRate written) {
      try (HistoryStore store = stores.get()) {
        for (List<Write> batch : own) {
          written.add(store.write(batch).size());
        }
      }
    }
  }

  /**
   * A topic's records, from the consumer's position to the ends as they are at the start, decoded
   * and written without Flink: one thread reads and decodes, another one writes. Writes alone;
   * anything else in the topic is an error.
   *
   * @param consumer assigned already; not thread-safe, used by the calling thread alone
   * @param batch most writes in one round trip
   */
  record BareConsumer(
      Consumer<byte[], byte[]> consumer, EventIntake intake, HistoryStore store, int batch)
      implements Engine {
    private static final Duration POLL = Duration.ofMillis(100);

    /** As many batches as the job has on the way. */
    private static final int QUEUED = 4;

    private static final List<Write> END = List.of();

    @Override
    public void run(SteadyRate written) throws Exception {
      BlockingQueue<List<Write>> queue = new ArrayBlockingQueue<>(QUEUED);
      CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(queue, written));
      Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
      while (!isAt(ends)) {
        // Whatever a poll brought goes, as it does when the job's delay is over.
        List<Write> open = new ArrayList<>(batch);
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          open.add(decode(record));
          if (open.size() == batch) {
            put(open, queue, writer);
            open = new ArrayList<>(batch);
          }
        }
        if (!open.isEmpty()) {
          put(open, queue, writer);
        }
      }
      put(END, queue, writer);
      writer.get();
    }

    private boolean isAt(Map<TopicPartition, Long> ends) {
      return ends.entrySet().stream()
          .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private Write decode(ConsumerRecord<byte[], byte[]> record) throws Exception {
      UserEvent event = intake.accept(RawRecord.of(record));
      if (event.isErasure()) {
        throw new IllegalArgumentException("an erasure cannot be measured as a write");
      }
      return event.write();
    }

    /** Waits for room, unless nobody will ever make some. */
    private static void put(
        List<Write> writes, BlockingQueue<List<Write>> queue, CompletableFuture<Void> writer)
        throws Exception {
      while (!queue.offer(writes, 1, TimeUnit.SECONDS)) {
        if (writer.isDone()) {
          writer.get();
        }
      }
    }

    private void write(BlockingQueue<List<Write>> queue, SteadyRate written) {
      try {
        for (List<Write> next = queue.take(); !next.isEmpty(); next = queue.take()) {
          written.add(store.write(next).size());
          // As the job does.
          if (queue.isEmpty()) {
            var unused = store.tidy(next.size());
          }
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted", e);
      }
    }
  }

  /**
   * A topic's records as a rebuild reads, decodes and writes them.
   *
   * @param log stands where it is to be read from
   */
  record Rebuild(
      EventLog log, Supplier<EventIntake> intakes, Supplier<HistoryStore> stores, int writers)
      implements Engine {
    @Override
    public void run(SteadyRate written) throws Exception {
      List<HistoryStore> counted =
          Stream.generate(() -> (HistoryStore) new Counted(stores.get(), written))
              .limit(writers)
              .toList();
      try (Replay replay = new Replay(log, intakes, counted, System::nanoTime, progress -> {})) {
        replay.run(log.ends());
      }
    }

    private record Counted(HistoryStore store, SteadyRate written) implements HistoryStore {
      @Override
      public List<Outcome> write(List<Write> writes) {
        List<Outcome> outcomes = store.write(writes);
        written.add(outcomes.size());
        return outcomes;
      }

      @Override
      public boolean tidy(int writes) {
        return store.tidy(writes);
      }

      @Override
      public Erased erase(Erasure erasure) {
        return store.erase(erasure);
      }

      @Override
      public void close() {
        store.close();
      }
    }
  }
}

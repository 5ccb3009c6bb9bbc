package io.hydra.infra.bench.ceiling;

import io.hydra.schemas.store.HistoryStore;
import io.hydra.schemas.store.HistoryStore.Write;
import io.hydra.stream.event.EventIntake;
import io.hydra.stream.event.RawRecord;
import io.hydra.stream.event.UserEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A topic's records, from the consumer's position to the ends as they are at the start, through the
 * door into the store: one thread reads and decodes, another one writes. Writes alone; anything
 * else in the topic is an error.
 *
 * @param consumer assigned already; not thread-safe, used by the calling thread alone
 * @param batch most writes in one round trip
 */
record BareConsumer(
    Consumer<byte[], byte[]> consumer, EventIntake intake, HistoryStore store, int batch)
    implements CeilingCommand.Engine {
  private static final Duration POLL = Duration.ofMillis(100);

  /** As many batches as the job has on the way. */
  private static final int QUEUED = 4;

  private static final long OFFER_SECONDS = 1;
  private static final List<Write> END = List.of();

  @Override
  public void run(SteadyRate written) throws Exception {
    BlockingQueue<List<Write>> queue = new ArrayBlockingQueue<>(QUEUED);
    CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(queue, written));
    Gathered gathered = new Gathered(queue, writer);
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    while (!atEnd(ends)) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        gathered.add(record);
      }
      // Whatever a poll brought goes, as it does when the job's delay is over.
      gathered.flush();
    }
    gathered.put(END);
    writer.get();
  }

  private boolean atEnd(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  private void write(BlockingQueue<List<Write>> queue, SteadyRate written) {
    try {
      for (List<Write> next = queue.take(); !next.isEmpty(); next = queue.take()) {
        written.add(store.write(next).size());
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Records become writes here, and writes batches. */
  private final class Gathered {
    private final BlockingQueue<List<Write>> queue;
    private final CompletableFuture<Void> writer;
    private List<Write> open = new ArrayList<>(batch);

    Gathered(BlockingQueue<List<Write>> queue, CompletableFuture<Void> writer) {
      this.queue = queue;
      this.writer = writer;
    }

    void add(ConsumerRecord<byte[], byte[]> record) throws Exception {
      UserEvent event = intake.accept(RawRecord.of(record));
      if (event.isErasure()) {
        throw new IllegalArgumentException("an erasure cannot be measured as a write");
      }
      open.add(event.write());
      if (open.size() == batch) {
        flush();
      }
    }

    void flush() throws Exception {
      if (!open.isEmpty()) {
        put(open);
        open = new ArrayList<>(batch);
      }
    }

    /** Waits for room, unless nobody will ever make some. */
    void put(List<Write> writes) throws InterruptedException, ExecutionException {
      while (!queue.offer(writes, OFFER_SECONDS, TimeUnit.SECONDS)) {
        if (writer.isDone()) {
          writer.get();
        }
      }
    }
  }
}

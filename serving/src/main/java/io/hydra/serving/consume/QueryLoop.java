package io.hydra.serving.consume;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes one topic with far more records in flight than partitions.
 *
 * <p>Implementation note. The thread in {@link #run} owns the consumer and all state here but two
 * things: {@code ended}, through which handlers report from wherever they finish, and {@code
 * stopping}. It never waits for a handler. Invariants:
 *
 * <ul>
 *   <li>Only the finished prefix of a partition is committed, so a crash repeats what was in flight
 *       and what finished behind it, and loses nothing.
 *   <li>Records of one key start one after the other ({@link KeyChains}).
 *   <li>At most {@code maxInFlight} records are handled at once, a revoked partition's included;
 *       one poll's worth more waits in {@code backlog} while polling is paused.
 *   <li>Each assignment of a partition has an {@link OwnedPartition} of its own. Revoking it fences
 *       its records: what ends later changes a progress that nobody commits any more.
 * </ul>
 */
public final class QueryLoop {
  private static final Logger log = LoggerFactory.getLogger(QueryLoop.class);
  private static final Duration IDLE_POLL = Duration.ofMillis(100);
  private static final Duration BUSY_POLL = Duration.ofMillis(10);
  private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(5);

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final RecordHandler handler;
  private final LongSupplier nanos;
  private final LoopOptions options;
  private final KeyChains chains;

  private final Map<TopicPartition, OwnedPartition> owned = new HashMap<>();
  private final Deque<Work> backlog = new ArrayDeque<>();
  private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();
  private volatile boolean stopping;
  private int inFlight;
  private Throwable failure;
  private long lastCommitNanos;
  private boolean committing;
  private boolean commitsFail;

  private record Work(Accepted accepted, OwnedPartition partition) {}

  private record Ended(Work work, CompletableFuture<Void> task, Throwable error) {}

  /**
   * @param executor starts the handlers
   * @param nanos a monotonic clock
   */
  public QueryLoop(
      Consumer<byte[], byte[]> consumer,
      String topic,
      RecordHandler handler,
      Executor executor,
      LongSupplier nanos,
      LoopOptions options) {
    this.consumer = consumer;
    this.topic = topic;
    this.handler = handler;
    this.nanos = nanos;
    this.options = options;
    this.chains = new KeyChains(executor);
    this.lastCommitNanos = nanos.getAsLong();
  }

  /**
   * Consumes until {@link #stop}, then drains, commits and closes the consumer.
   *
   * @throws IllegalStateException if a handler found that the process cannot go on
   * @throws KafkaException if the consumer cannot go on
   */
  public void run() {
    try {
      subscribe();
      while (!stopping && failure == null) {
        turn();
      }
      drain();
    } finally {
      owned.values().forEach(OwnedPartition::revoke);
      consumer.close(CloseOptions.timeout(COMMIT_TIMEOUT));
    }
    if (failure != null) {
      throw new IllegalStateException("a record cannot be handled", failure);
    }
  }

  /** Asks the loop to drain and end. From any thread, at once. */
  public void stop() {
    stopping = true;
  }

  void subscribe() {
    consumer.subscribe(List.of(topic), new Rebalances());
  }

  /** One round: what ended, what is next, what is new, what is to be committed. */
  void turn() {
    settle();
    dispatch();
    throttle();
    accept(consumer.poll(isFull() ? BUSY_POLL : IDLE_POLL));
    dispatch();
    commitIfDue();
  }

  int inFlight() {
    return inFlight;
  }

  /** Lets what is in flight end, while polling on, so that the group does not take us for dead. */
  void drain() {
    backlog.clear();
    long deadline = nanos.getAsLong() + options.drainTimeout().toNanos();
    settle();
    while (inFlight > 0 && failure == null && nanos.getAsLong() < deadline) {
      pauseAll();
      accept(consumer.poll(BUSY_POLL));
      backlog.clear();
      settle();
      commitIfDue();
    }
    if (inFlight > 0) {
      log.warn("stopping with {} queries unanswered: they are read again by the next", inFlight);
    }
    commitNow(owned.keySet());
  }

  private boolean isFull() {
    return inFlight + backlog.size() >= options.maxInFlight();
  }

  private void settle() {
    for (Ended e = ended.poll(); e != null; e = ended.poll()) {
      inFlight--;
      ConsumerRecord<byte[], byte[]> record = e.work().accepted().record();
      chains.release(record.key(), e.task());
      if (e.error() == null) {
        e.work().partition().progress().finish(record.offset());
      } else if (!e.work().partition().isRevoked() && failure == null) {
        failure = e.error();
      }
    }
  }

  private void accept(ConsumerRecords<byte[], byte[]> records) {
    long now = nanos.getAsLong();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      OwnedPartition partition = owned.get(new TopicPartition(record.topic(), record.partition()));
      if (partition != null) {
        partition.progress().begin(record.offset());
        backlog.add(new Work(new Accepted(record, now, partition), partition));
      }
    }
    records
        .nextOffsets()
        .forEach(
            (tp, next) -> {
              OwnedPartition partition = owned.get(tp);
              if (partition != null) {
                partition.progress().readUpTo(next.offset());
              }
            });
  }

  private void dispatch() {
    while (inFlight < options.maxInFlight() && !backlog.isEmpty()) {
      Work work = backlog.poll();
      inFlight++;
      CompletableFuture<Void> task =
          chains.append(work.accepted().record().key(), () -> handler.handle(work.accepted()));
      CompletableFuture<Void> unused =
          task.whenComplete((done, error) -> ended.add(new Ended(work, task, error)));
    }
  }

  private void throttle() {
    if (isFull()) {
      pauseAll();
    } else if (!consumer.paused().isEmpty()) {
      consumer.resume(consumer.paused());
    }
  }

  private void pauseAll() {
    Set<TopicPartition> assignment = consumer.assignment();
    if (!consumer.paused().containsAll(assignment)) {
      consumer.pause(assignment);
    }
  }

  private void commitIfDue() {
    long now = nanos.getAsLong();
    if (committing || now - lastCommitNanos < options.commitInterval().toNanos()) {
      return;
    }
    Map<TopicPartition, OffsetAndMetadata> due = due(owned.keySet());
    if (due.isEmpty()) {
      return;
    }
    lastCommitNanos = now;
    committing = true;
    Map<TopicPartition, OwnedPartition> committed = new HashMap<>(owned);
    consumer.commitAsync(
        due,
        (offsets, error) -> {
          committing = false;
          noteCommit(error);
          if (error == null) {
            offsets.forEach((tp, at) -> committed.get(tp).committed(at.offset()));
          }
        });
  }

  private void commitNow(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> due = due(partitions);
    if (due.isEmpty()) {
      return;
    }
    try {
      consumer.commitSync(due, COMMIT_TIMEOUT);
      due.forEach((tp, at) -> owned.get(tp).committed(at.offset()));
      noteCommit(null);
    } catch (KafkaException e) {
      // The next owner repeats what was not committed, and finds the recorded responses.
      noteCommit(e);
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> due(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> due = new HashMap<>();
    for (TopicPartition tp : partitions) {
      OwnedPartition partition = owned.get(tp);
      if (partition != null) {
        partition.due().ifPresent(offset -> due.put(tp, new OffsetAndMetadata(offset)));
      }
    }
    return due;
  }

  private void noteCommit(Exception error) {
    if (error != null && !commitsFail) {
      log.warn("offsets cannot be committed, trying on: {}", error.toString());
    } else if (error == null && commitsFail) {
      log.info("offsets are committed again");
    }
    commitsFail = error != null;
  }

  private void fence(Collection<TopicPartition> partitions) {
    for (TopicPartition tp : partitions) {
      OwnedPartition partition = owned.remove(tp);
      if (partition != null) {
        partition.revoke();
      }
    }
    backlog.removeIf(work -> work.partition().isRevoked());
  }

  /** Runs inside {@code poll}, on the loop's thread. */
  private final class Rebalances implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      partitions.forEach(tp -> owned.put(tp, new OwnedPartition()));
      log.info("assigned {}", partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      settle();
      commitNow(partitions);
      fence(partitions);
      log.info("revoked {}", partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      fence(partitions);
      log.warn("lost {}", partitions);
    }
  }
}

package io.hydra.serving.consume;

import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.retry.Sleeper;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes one topic with far more records in flight than partitions.
 *
 * <p>Implementation note. The thread in {@link #run} owns the consumer and all state but {@code
 * events}, through which jobs report from any thread, and {@code stopping}. It waits for jobs when
 * it drains, and when a partition moves. Invariants:
 *
 * <ul>
 *   <li>Only the finished prefix of a partition is committed, so a crash repeats what was in hand
 *       and what finished behind it, at most {@code maxSpan} records, and loses nothing.
 *   <li>The {@link FairScheduler} decides whose turn it is. Only what runs counts against {@code
 *       maxInFlight}, a revoked partition's records included.
 *   <li>What one key or tenant has too much of is refused at once, and what has expired is refused
 *       in the order of its key without taking a place of those that run: neither holds up others.
 *       Polling pauses only where too much waits in all, or too many refusals are under way.
 *   <li>Each assignment of a partition has its own {@link Assignment}. Revoking it fences its
 *       records: what ends later changes a progress that nobody commits any more.
 * </ul>
 */
public final class QueryLoop {
  private static final Logger log = LoggerFactory.getLogger(QueryLoop.class);
  private static final Duration IDLE_POLL = Duration.ofMillis(100);
  private static final Duration BUSY_POLL = Duration.ofMillis(10);

  /** A broker that does not let us read is asked again this often. */
  private static final Duration DENIED_PAUSE = Duration.ofSeconds(1);

  /**
   * A partition that moves in peace waits this long for its answers under way: the next owner would
   * pay for them as well. Meanwhile nothing is read.
   */
  static final Duration HAND_OVER = Duration.ofSeconds(5);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration END_OFFSETS_TIMEOUT = Duration.ofSeconds(2);

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final Function<Job.Accepted, Job> handler;
  private final Executor executor;
  private final BooleanSupplier room;
  private final LongSupplier nanos;
  private final Sleeper sleeper;
  private final Outage broker;
  private final LoopOptions options;
  private final FairScheduler<Work> scheduler;
  private final OffsetCommits commits;

  private final Map<TopicPartition, Assignment> owned = new HashMap<>();
  private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();
  private volatile boolean stopping;
  private volatile boolean polling;
  private boolean joined;
  private volatile Load load = new Load(0, 0);
  private int inFlight;
  private int refusing;
  private Throwable failure;
  private boolean draining;

  private record Work(Job job, Assignment partition, long offset) {}

  /**
   * @param handler looks at a record before it waits for its turn, on the loop's thread: never
   *     blocks, and never throws for the sake of the record
   * @param executor runs the jobs; may block
   * @param room whether there is memory for what another job will need beside those that run
   * @param nanos a monotonic clock
   */
  public QueryLoop(
      Consumer<byte[], byte[]> consumer,
      String topic,
      Function<Job.Accepted, Job> handler,
      Executor executor,
      BooleanSupplier room,
      LongSupplier nanos,
      Sleeper sleeper,
      LoopOptions options) {
    this.consumer = consumer;
    this.topic = topic;
    this.handler = handler;
    this.executor = executor;
    this.room = room;
    this.nanos = nanos;
    this.sleeper = sleeper;
    this.broker = new Outage("the broker that queries are read from", nanos);
    this.options = options;
    this.scheduler = new FairScheduler<>(options.waiting(), options.concurrency());
    this.commits = new OffsetCommits(consumer, options.commitInterval(), nanos);
  }

  /**
   * Consumes until {@link #stop}, then drains, commits and closes the consumer.
   *
   * @throws IllegalStateException if a job found that the process cannot go on
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
      owned.values().forEach(Assignment::revoke);
      consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
    }
    if (failure != null) {
      throw new IllegalStateException("serving cannot go on", failure);
    }
  }

  /** Asks the loop to drain and end. From any thread, at once. */
  public void stop() {
    stopping = true;
  }

  /** Tells whether it is a member of its group, and the last poll succeeded. From any thread. */
  public boolean isPolling() {
    return polling;
  }

  /** The numbers of records that have their turn and that wait for it. */
  public record Load(int running, int waiting) {}

  /** The load of the last round. From any thread. */
  public Load load() {
    return load;
  }

  private void publishLoad() {
    if (load.running() != inFlight || load.waiting() != scheduler.waiting()) {
      load = new Load(inFlight, scheduler.waiting());
    }
  }

  void subscribe() {
    consumer.subscribe(List.of(topic), new Rebalances());
  }

  /** Makes one round: settles what ended, starts what is next, reads what is new, commits. */
  void turn() {
    settle();
    dispatch();
    throttle();
    publishLoad();
    accept(poll(scheduler.waiting() > 0 || isFull() ? BUSY_POLL : IDLE_POLL));
    commits.commitIfDue(owned);
  }

  int inFlight() {
    return inFlight;
  }

  /** Lets what is in flight end, while polling on, so that the group does not take us for dead. */
  void drain() {
    draining = true;
    scheduler.removeIf(work -> true);
    long deadline = nanos.getAsLong() + options.drainTimeout().toNanos();
    settle();
    publishLoad();
    while (inFlight + refusing > 0 && failure == null && nanos.getAsLong() < deadline) {
      pauseOnly(consumer.assignment());
      accept(poll(BUSY_POLL));
      settle();
      publishLoad();
      commits.commitIfDue(owned);
    }
    if (inFlight + refusing > 0) {
      log.warn(
          "stopping with {} queries unanswered: they are read again by the next",
          inFlight + refusing);
    }
    commits.commitNow(owned);
  }

  private boolean isFull() {
    return scheduler.isFull() || refusing >= options.maxInFlight();
  }

  private void settle() {
    for (Runnable event = events.poll(); event != null; event = events.poll()) {
      event.run();
    }
  }

  private void end(Work work, boolean hadItsTurn, Throwable error) {
    if (hadItsTurn) {
      inFlight--;
    } else {
      refusing--;
    }
    work.partition().underWay--;
    scheduler.done(work);
    if (error == null) {
      work.partition().finish(work.offset());
    } else if (!work.partition().isRevoked() && failure == null) {
      failure = error;
    }
  }

  private ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    try {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(timeout);
      broker.ended();
      polling = joined;
      return records;
    } catch (AuthorizationException | AuthenticationException e) {
      polling = false;
      broker.began(e.getClass().getSimpleName());
      pause(DENIED_PAUSE);
      return ConsumerRecords.empty();
    }
  }

  private void pause(Duration time) {
    try {
      sleeper.sleep(time);
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      stop();
    }
  }

  private void accept(ConsumerRecords<byte[], byte[]> records) {
    long now = nanos.getAsLong();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      Assignment partition = owned.get(new TopicPartition(record.topic(), record.partition()));
      if (partition != null) {
        partition.begin(record.offset());
        if (!draining) {
          accept(record, partition, now);
          dispatch();
        }
      }
    }
    for (var next : records.nextOffsets().entrySet()) {
      Assignment partition = owned.get(next.getKey());
      if (partition != null) {
        partition.readUpTo(next.getValue().offset());
      }
    }
  }

  private void accept(ConsumerRecord<byte[], byte[]> record, Assignment partition, long now) {
    boolean perhapsAgain = partition.mayHaveBeenDelivered(record.offset());
    Job job = handler.apply(new Job.Accepted(record, now, partition::isRevoked, perhapsAgain));
    Work work = new Work(job, partition, record.offset());
    CompletableFuture<Void> ready = job.ready();
    ByteBuffer key = record.key() == null ? null : ByteBuffer.wrap(record.key());
    Optional<Job.Refusal> overflow =
        scheduler.offer(work, job.tenant(), key, job.bytes(), ready.isDone(), job.expiresAtNanos());
    if (overflow.isPresent()) {
      refuse(work, overflow.get());
    } else {
      CompletableFuture<Void> unused =
          ready.thenRun(() -> events.add(() -> scheduler.ready(work, job.expiresAtNanos())));
    }
  }

  private void dispatch() {
    scheduler.expire(nanos.getAsLong()).forEach(work -> refuse(work, Job.Refusal.EXPIRED));
    while (inFlight == 0 || (inFlight < options.maxInFlight() && room.getAsBoolean())) {
      Optional<Work> next = scheduler.next();
      if (next.isEmpty()) {
        return;
      }
      inFlight++;
      Work work = next.get();
      start(work, true, () -> work.job().run(() -> events.add(() -> scheduler.makeWay(work))));
    }
  }

  private void refuse(Work work, Job.Refusal why) {
    refusing++;
    start(work, false, () -> work.job().refuse(why));
  }

  private void start(Work work, boolean hasItsTurn, Supplier<CompletableFuture<Void>> task) {
    work.partition().underWay++;
    CompletableFuture<Void> unused =
        CompletableFuture.completedFuture(null)
            .thenComposeAsync(ignored -> task.get(), executor)
            .whenComplete((done, error) -> events.add(() -> end(work, hasItsTurn, error)));
  }

  private void throttle() {
    Set<TopicPartition> pausing = new HashSet<>(consumer.assignment());
    if (!isFull()) {
      pausing.removeIf(tp -> !isSpread(owned.get(tp)));
    }
    pauseOnly(pausing);
  }

  private boolean isSpread(Assignment partition) {
    return partition != null && partition.span() >= options.maxSpan();
  }

  private void pauseOnly(Set<TopicPartition> pausing) {
    Set<TopicPartition> paused = consumer.paused();
    if (!paused.equals(pausing)) {
      consumer.resume(paused.stream().filter(tp -> !pausing.contains(tp)).toList());
      consumer.pause(pausing);
    }
  }

  private void handOver(Collection<Assignment> going) {
    scheduler.removeIf(work -> going.contains(work.partition()));
    long until = nanos.getAsLong() + HAND_OVER.toNanos();
    settle();
    while (!Thread.currentThread().isInterrupted()
        && going.stream().anyMatch(partition -> partition.underWay > 0 && !partition.isRevoked())
        && nanos.getAsLong() < until) {
      pause(BUSY_POLL);
      settle();
      dispatch();
    }
  }

  private void fence(Collection<TopicPartition> partitions) {
    partitions.stream().map(owned::remove).filter(Objects::nonNull).forEach(Assignment::revoke);
    scheduler.removeIf(work -> work.partition().isRevoked());
    joined = !owned.isEmpty(); // Until the next assignment, which may be of none.
  }

  /**
   * The ends of partitions: what lies behind them was delivered to nobody. Those that cannot be
   * known are left out.
   */
  private Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
    try {
      return consumer.endOffsets(partitions, END_OFFSETS_TIMEOUT);
    } catch (KafkaException e) {
      log.info("the ends of {} are not known: {}", partitions, e.toString());
      return Map.of();
    }
  }

  /** Runs inside {@code poll}, on the loop's thread. */
  private final class Rebalances implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      joined = true;
      Map<TopicPartition, Long> ends = ends(partitions);
      partitions.forEach(
          tp -> owned.put(tp, new Assignment(ends.getOrDefault(tp, Long.MAX_VALUE))));
      log.info("assigned {}", partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      Map<TopicPartition, Assignment> going = new HashMap<>(owned);
      going.keySet().retainAll(partitions);
      handOver(going.values());
      commits.commitNow(going);
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

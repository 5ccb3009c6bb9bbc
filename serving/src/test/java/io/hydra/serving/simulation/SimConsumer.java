package io.hydra.serving.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * A member of the group, cooperative as the real one: what it must give up it is told in a poll.
 */
final class SimConsumer extends MockConsumer<byte[], byte[]> {
  private final SimBroker broker;
  private final Random random;
  private final BiConsumer<TopicPartition, Long> committed;
  private final Runnable gave;
  private final Map<TopicPartition, Long> positions = new HashMap<>();
  private final Set<TopicPartition> paused = new HashSet<>();
  private final List<Runnable> callbacks = new ArrayList<>();
  private ConsumerRebalanceListener listener;

  /**
   * @param committed told of each commit that the broker takes
   * @param gave told when it has let partitions go that it was asked for
   */
  SimConsumer(
      SimBroker broker, Random random, BiConsumer<TopicPartition, Long> committed, Runnable gave) {
    super("earliest");
    this.broker = broker;
    this.random = random;
    this.committed = committed;
    this.gave = gave;
  }

  @Override
  public synchronized void subscribe(
      Collection<String> topics, ConsumerRebalanceListener rebalances) {
    listener = rebalances;
  }

  @Override
  public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    List<Runnable> due = List.copyOf(callbacks);
    callbacks.clear();
    due.forEach(Runnable::run);
    rebalance();
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new HashMap<>();
    Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
    for (TopicPartition partition : List.copyOf(positions.keySet())) {
      List<ConsumerRecord<byte[], byte[]>> log = broker.queries.get(partition);
      int from = positions.get(partition).intValue();
      int to = Math.min(log.size(), from + random.nextInt(3));
      if (!paused.contains(partition) && to > from) {
        records.put(partition, List.copyOf(log.subList(from, to)));
        positions.put(partition, (long) to);
        next.put(partition, new OffsetAndMetadata(to));
      }
    }
    return new ConsumerRecords<>(records, next);
  }

  private void rebalance() {
    Set<TopicPartition> lost = new HashSet<>(positions.keySet());
    lost.removeIf(partition -> broker.owners.get(partition) == this);
    if (!lost.isEmpty()) {
      positions.keySet().removeAll(lost);
      listener.onPartitionsLost(lost);
    }
    Set<TopicPartition> revoked = new HashSet<>(positions.keySet());
    revoked.removeIf(partition -> broker.plan.get(partition) == this);
    if (!revoked.isEmpty()) {
      listener.onPartitionsRevoked(revoked);
      gave.run();
      positions.keySet().removeAll(revoked);
      broker.owners.keySet().removeAll(revoked);
    }
    Set<TopicPartition> assigned = new HashSet<>();
    broker.plan.forEach(
        (partition, member) -> {
          if (member == this && !broker.owners.containsKey(partition)) {
            broker.owners.put(partition, this);
            positions.put(partition, broker.committed.getOrDefault(partition, 0L));
            assigned.add(partition);
          }
        });
    paused.retainAll(positions.keySet());
    if (!assigned.isEmpty()) {
      listener.onPartitionsAssigned(assigned);
    }
  }

  private void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    if (broker.commitsFail) {
      throw new TimeoutException("simulated");
    }
    if (!offsets.keySet().stream().allMatch(partition -> broker.owners.get(partition) == this)) {
      throw new CommitFailedException();
    }
    offsets.forEach(
        (partition, offset) -> {
          committed.accept(partition, offset.offset());
          broker.committed.put(partition, offset.offset());
        });
  }

  @Override
  public synchronized void commitSync(
      Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
    commit(offsets);
  }

  @Override
  public synchronized void commitAsync(
      Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
    KafkaException failure = null;
    try {
      commit(offsets);
    } catch (KafkaException e) {
      failure = e;
    }
    KafkaException told = failure;
    callbacks.add(() -> callback.onComplete(offsets, told));
  }

  @Override
  public synchronized Map<TopicPartition, Long> endOffsets(
      Collection<TopicPartition> partitions, Duration timeout) {
    if (broker.commitsFail) {
      throw new TimeoutException("simulated");
    }
    Map<TopicPartition, Long> ends = new HashMap<>();
    partitions.forEach(
        partition -> ends.put(partition, (long) broker.queries.get(partition).size()));
    return ends;
  }

  @Override
  public synchronized Set<TopicPartition> assignment() {
    return Set.copyOf(positions.keySet());
  }

  @Override
  public synchronized Set<TopicPartition> paused() {
    return Set.copyOf(paused);
  }

  @Override
  public synchronized void pause(Collection<TopicPartition> partitions) {
    paused.addAll(partitions);
  }

  @Override
  public synchronized void resume(Collection<TopicPartition> partitions) {
    paused.removeAll(partitions);
  }

  @Override
  public void close(CloseOptions options) {
    broker.expel(this);
  }
}

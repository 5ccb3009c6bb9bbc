package io.hydra.schemas.testing;

import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;

/** A member of a group that can lose partitions, which the mock alone cannot. */
public class LosingConsumer extends MockConsumer<byte[], byte[]> {
  private ConsumerRebalanceListener listener;

  public LosingConsumer() {
    super("earliest");
  }

  @Override
  public synchronized void subscribe(
      Collection<String> topics, ConsumerRebalanceListener rebalances) {
    listener = rebalances;
    super.subscribe(topics, rebalances);
  }

  /** Tells the subscriber, in a poll to come, that partitions are lost. */
  public void scheduleLossOf(TopicPartition... partitions) {
    schedulePollTask(() -> listener.onPartitionsLost(List.of(partitions)));
  }
}

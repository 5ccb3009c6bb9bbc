package io.hydra.serving.reply;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.KafkaException;

/**
 * How many partitions topics have, as the brokers last said: asking them may take long, and a query
 * that names a partition must not wait for it. Thread-safe.
 */
public final class PartitionCounts {
  private final ToIntFunction<String> brokers;
  private final Map<String, Integer> counts = new ConcurrentHashMap<>();

  /**
   * @param brokers asks; may block, and throws {@link KafkaException} for a topic that is missing
   *     or closed to us, and where no broker answers
   */
  public PartitionCounts(ToIntFunction<String> brokers) {
    this.brokers = brokers;
  }

  /**
   * Asks for one topic.
   *
   * @throws KafkaException if that is in vain; what was known stays
   */
  public void learn(String topic) {
    counts.put(topic, brokers.applyAsInt(topic));
  }

  /** Asks for each topic and skips those that cannot be told, for whatever reason. */
  public void refresh(Collection<String> topics) {
    for (String topic : topics) {
      try {
        learn(topic);
      } catch (RuntimeException e) {
        // It is said where a response cannot be sent; a name may also be none that a topic can
        // have.
      }
    }
  }

  /** Zero for a topic that was never found. Never blocks. */
  public int of(String topic) {
    return counts.getOrDefault(topic, 0);
  }
}

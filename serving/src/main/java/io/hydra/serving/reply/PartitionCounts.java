package io.hydra.serving.reply;

import io.hydra.runtime.time.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Partition counts of topics, as the brokers last told them: asking them may take long, and a query
 * that names a topic or partition must not wait for it. Thread-safe.
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
   * @throws KafkaException if that is in vain; what was known stays, unless the brokers say that
   *     the topic does not exist
   */
  public void learn(String topic) {
    try {
      counts.put(topic, brokers.applyAsInt(topic));
    } catch (KafkaException e) {
      // The producer wraps it in a timeout, which alone would say nothing of the topic.
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        counts.put(topic, 0);
      }
      throw e;
    }
  }

  /** Asks for each topic and skips those that cannot be told, for whatever reason. */
  public void refresh(Collection<String> topics) {
    for (String topic : topics) {
      try {
        learn(topic);
      } catch (RuntimeException e) {
        // Logged where a response cannot be sent. The name may also be invalid.
      }
    }
  }

  /**
   * Asks for each topic now, and again and again.
   *
   * @param executor may block
   * @return completes when each was asked for once
   */
  public CompletableFuture<Void> keepFresh(
      Collection<String> topics, Duration interval, Executor executor, Timer timer) {
    CompletableFuture<Void> asked = new CompletableFuture<>();
    executor.execute(
        () -> {
          refresh(topics);
          asked.complete(null);
          Timer.Task unused =
              timer.after(
                  interval,
                  () -> {
                    var unusedToo = keepFresh(topics, interval, executor, timer);
                  });
        });
    return asked;
  }

  /** The count of a topic, zero for one that was never found. Never blocks. */
  public int of(String topic) {
    return counts.getOrDefault(topic, 0);
  }

  /** Tells whether the brokers said that the topic does not exist. Never blocks. */
  public boolean isAbsent(String topic) {
    return counts.getOrDefault(topic, -1) == 0;
  }
}

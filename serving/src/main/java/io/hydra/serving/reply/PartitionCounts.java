package io.hydra.serving.reply;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Partition counts of topics as the brokers last told them, since no query must wait for that.
 * Thread-safe.
 */
public final class PartitionCounts {
  private final Function<Collection<String>, Map<String, KafkaFuture<Integer>>> brokers;
  private final Consumer<String> found;
  private final Map<String, Integer> counts = new ConcurrentHashMap<>();

  /** Topics that were there, and that the brokers did not know the last time. */
  private final Set<String> doubtful = ConcurrentHashMap.newKeySet();

  /**
   * @param brokers asks for all topics at once; a future fails for a topic that is missing, invalid
   *     or closed to us, and where no broker answers
   * @param found told of each topic that is there, each time
   */
  public PartitionCounts(
      Function<Collection<String>, Map<String, KafkaFuture<Integer>>> brokers,
      Consumer<String> found) {
    this.brokers = brokers;
    this.found = found;
  }

  /** Counts of the topics that {@code admin} describes. */
  public static PartitionCounts of(Admin admin, Consumer<String> found) {
    return new PartitionCounts(
        topics -> {
          Map<String, KafkaFuture<Integer>> sizes = new HashMap<>();
          admin
              .describeTopics(topics)
              .topicNameValues()
              .forEach(
                  (topic, told) -> sizes.put(topic, told.thenApply(t -> t.partitions().size())));
          return sizes;
        },
        found);
  }

  /**
   * Asks for each topic. What was known of one that cannot be told stays, unless the brokers say
   * twice in a row that it does not exist.
   *
   * @throws KafkaException the first failure, once all have been asked for
   */
  public void learn(Collection<String> topics) {
    KafkaException first = null;
    for (var each : brokers.apply(topics).entrySet()) {
      try {
        learn(each.getKey(), each.getValue());
      } catch (InterruptException e) {
        throw e;
      } catch (KafkaException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private void learn(String topic, KafkaFuture<Integer> told) {
    try {
      counts.put(topic, told.get());
      doubtful.remove(topic);
      found.accept(topic);
    } catch (ExecutionException e) {
      // A broker that is behind may not know a topic that is there.
      if (e.getCause() instanceof UnknownTopicOrPartitionException
          && (of(topic) == 0 || !doubtful.add(topic))) {
        counts.put(topic, 0);
      }
      throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /** Asks for each topic, whatever comes of it. */
  public void refresh(Collection<String> topics) {
    try {
      learn(topics);
    } catch (KafkaException e) {
      // Logged where a response cannot be sent.
    }
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

package io.hydra.serving.testing;

import io.hydra.serving.reply.PartitionCounts;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.internals.KafkaFutureImpl;

/** Brokers that tell how many partitions a topic has. */
public final class FakeBrokers {
  private FakeBrokers() {}

  /** Counts as {@code topics} gives them; what it throws is the broker's answer. */
  public static PartitionCounts counts(ToIntFunction<String> topics) {
    return new PartitionCounts(
        names -> names.stream().collect(Collectors.toMap(name -> name, name -> ask(topics, name))),
        found -> {});
  }

  private static KafkaFuture<Integer> ask(ToIntFunction<String> topics, String name) {
    KafkaFutureImpl<Integer> told = new KafkaFutureImpl<>();
    try {
      told.complete(topics.applyAsInt(name));
    } catch (RuntimeException e) {
      told.completeExceptionally(e);
    }
    return told;
  }
}

package io.hydra.infra.cli;

import io.hydra.infra.StackException;
import io.hydra.infra.lag.Admins;
import io.hydra.infra.lag.ConsumerLag;
import io.hydra.runtime.kafka.KafkaConnection;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/**
 * The system's work as the broker tells it.
 *
 * @param lag by consumer group; null where it is not known
 * @param deadLetters records by topic; null where they are not known
 */
record TopicStatus(Map<String, Long> lag, Map<String, Long> deadLetters) {
  static final TopicStatus UNKNOWN = new TopicStatus(null, null);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /**
   * @throws StackException if the broker does not answer, or a topic does not exist
   */
  static TopicStatus read(KafkaConnection kafka) throws InterruptedException {
    Admin admin;
    try {
      admin = Admins.open(kafka, PATIENCE);
    } catch (KafkaException e) {
      throw new StackException("no client can be made of " + kafka + ": " + e.getMessage(), e);
    }
    try {
      ConsumerLag lag = new ConsumerLag(admin);
      return new TopicStatus(lag.sums(), lag.deadLetters());
    } finally {
      admin.close(Duration.ZERO);
    }
  }

  void print(PrintWriter out) {
    if (lag != null) {
      lag.forEach((group, sum) -> out.printf("%-24s lag %d%n", group, sum));
    }
    if (deadLetters != null) {
      deadLetters.forEach(
          (topic, count) -> {
            if (count > 0) {
              out.printf("%-24s %d dead letters%n", topic, count);
            }
          });
    }
  }
}

package io.hydra.infra.cli;

import io.hydra.infra.kafka.ConsumerLag;
import io.hydra.infra.kafka.DeadLetterTopics;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.config.UserException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/**
 * The system's work as the broker tells it: records by group and letters by topic, null where they
 * are not known.
 */
record StatusTopics(Map<String, Long> lag, Map<String, Long> deadLetters) {
  static final StatusTopics UNKNOWN = new StatusTopics(null, null);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Counts by name. */
  @FunctionalInterface
  interface Counts {
    Map<String, Long> read() throws InterruptedException;
  }

  /** As {@link #read}, from the brokers. */
  static StatusTopics of(KafkaConnection kafka, PrintWriter err) throws InterruptedException {
    try (Admin admin = kafka.openAdmin(PATIENCE)) {
      return read(new ConsumerLag(admin)::sums, new DeadLetterTopics(admin, kafka)::counts, err);
    }
  }

  /**
   * Reads both. The lag is worth showing where the dead letters may not be read, or are cut off
   * while they are; that is told.
   *
   * @throws UserException if the lag cannot be read
   */
  static StatusTopics read(Counts lag, Counts deadLetters, PrintWriter err)
      throws InterruptedException {
    Map<String, Long> sums = lag.read();
    try {
      return new StatusTopics(sums, deadLetters.read());
    } catch (UserException e) {
      err.println("warning: how many dead letters there are is not known: " + e.getMessage());
      return new StatusTopics(sums, null);
    }
  }
}

package io.hydra.infra.kafka;

import io.hydra.runtime.kafka.KafkaConnection;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** Admin clients that give up within a time of the caller's choice. */
public final class Admins {
  private Admins() {}

  /**
   * A client that the caller closes.
   *
   * @param patience with each question, one repetition included
   */
  public static Admin open(KafkaConnection kafka, Duration patience) {
    int millis = (int) patience.toMillis();
    return Admin.create(
        kafka.with(
            Map.of(
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                millis,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                millis / 2)));
  }
}

package io.hydra.stream.rebuild;

import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.topic.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Checks that the events topic keeps what a rebuild needs: at least as much as histories remember.
 */
public final class TopicRetention {
  private static final int TIMEOUT_MS = 5_000;

  private TopicRetention() {}

  /**
   * One line that says what is wrong and what to do; empty if nothing is, or if the brokers do not
   * tell within 5 s.
   *
   * @param maxAge of a history's items; zero for no limit
   */
  public static Optional<String> warning(KafkaConnection kafka, Duration maxAge) {
    var topic = new ConfigResource(ConfigResource.Type.TOPIC, Topic.EVENTS.topicName());
    Map<String, Object> settings =
        kafka.with(
            Map.of(
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                TIMEOUT_MS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                TIMEOUT_MS));
    try (Admin admin = Admin.create(settings)) {
      Config config = admin.describeConfigs(List.of(topic)).all().get().get(topic);
      return problem(
          name -> {
            ConfigEntry entry = config.get(name);
            return entry == null ? null : entry.value();
          },
          maxAge);
    } catch (ExecutionException | KafkaException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /**
   * @param config the topic's, by name; null for what is not set
   */
  static Optional<String> problem(Function<String, String> config, Duration maxAge) {
    String topic = Topic.EVENTS.topicName();
    String cleanup = config.apply(TopicConfig.CLEANUP_POLICY_CONFIG);
    if (cleanup != null && cleanup.contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      return Optional.of(
          "%s is compacted, so it keeps one event of each user and no rebuild can bring back the others: set cleanup.policy=delete"
              .formatted(topic));
    }
    long bytes = number(config.apply(TopicConfig.RETENTION_BYTES_CONFIG));
    if (bytes >= 0) {
      return Optional.of(
          "%s keeps %d bytes of each partition, however old, so a rebuild may lose events that histories hold: set retention.bytes=-1"
              .formatted(topic, bytes));
    }
    long millis = number(config.apply(TopicConfig.RETENTION_MS_CONFIG));
    if (millis < 0 || (!maxAge.isZero() && millis >= maxAge.toMillis())) {
      return Optional.empty();
    }
    return Optional.of(
        "%s keeps events for %s, histories hold them %s, so a rebuild would lose some: set retention.ms=%s, or the age limit of histories below it"
            .formatted(
                topic,
                Duration.ofMillis(millis),
                maxAge.isZero() ? "without a limit of age" : "for " + maxAge,
                maxAge.isZero() ? "-1" : Long.toString(maxAge.toMillis())));
  }

  private static long number(String text) {
    return text == null ? -1 : Long.parseLong(text);
  }
}

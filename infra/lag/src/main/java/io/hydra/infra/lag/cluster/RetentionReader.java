package io.hydra.infra.lag.cluster;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** Reads how long topics keep their records. Asked for again after five minutes. */
public final class RetentionReader {
  private static final Duration VALID = Duration.ofMinutes(5);
  private static final long UNKNOWN = -1;

  private final Admin admin;
  private final Clock clock;
  private final Map<String, Long> millis = new HashMap<>();
  private Instant readAt = Instant.EPOCH;

  /**
   * @param admin not owned
   */
  public RetentionReader(Admin admin, Clock clock) {
    this.admin = admin;
    this.clock = clock;
  }

  /**
   * Milliseconds for which a topic keeps a record.
   *
   * @return empty if it keeps it for ever, or does not tell (the right DescribeConfigs is missing)
   */
  public OptionalLong millis(String topic) {
    long known = millis.getOrDefault(topic, UNKNOWN);
    return known == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(known);
  }

  /** Reads the settings of the topics that are not known. */
  public void read(Collection<String> topics) throws InterruptedException {
    if (clock.instant().isAfter(readAt.plus(VALID))) {
      millis.clear();
      readAt = clock.instant();
    }
    List<ConfigResource> unknown =
        topics.stream()
            .filter(topic -> !millis.containsKey(topic))
            .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
            .toList();
    if (unknown.isEmpty()) {
      return;
    }
    for (Map.Entry<ConfigResource, KafkaFuture<Config>> topic :
        admin.describeConfigs(unknown).values().entrySet()) {
      millis.put(topic.getKey().name(), millis(topic.getValue()));
    }
  }

  private static long millis(KafkaFuture<Config> config) throws InterruptedException {
    try {
      ConfigEntry policy = config.get().get(TopicConfig.CLEANUP_POLICY_CONFIG);
      ConfigEntry kept = config.get().get(TopicConfig.RETENTION_MS_CONFIG);
      boolean known =
          policy != null && kept != null && policy.value() != null && kept.value() != null;
      return known && policy.value().contains(TopicConfig.CLEANUP_POLICY_DELETE)
          ? Long.parseLong(kept.value())
          : UNKNOWN;
    } catch (ExecutionException notTold) {
      return UNKNOWN;
    }
  }
}

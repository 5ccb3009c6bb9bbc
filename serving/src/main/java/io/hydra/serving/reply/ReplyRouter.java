package io.hydra.serving.reply;

import io.hydra.schemas.topic.HydraHeaders;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Reads where a query wants its response. A header that may name any topic would let everyone write
 * everywhere, so only allow-listed topics are honoured.
 */
public final class ReplyRouter {
  private final String defaultTopic;
  private final Set<String> allowed;
  private final ToIntFunction<String> partitions;

  /**
   * @param defaultTopic for queries that name none, or none that is allowed
   * @param allowed topics that a query may name
   * @param partitions how many partitions a topic has, as far as is known; told at once
   */
  public ReplyRouter(String defaultTopic, Set<String> allowed, ToIntFunction<String> partitions) {
    this.defaultTopic = defaultTopic;
    this.allowed = Set.copyOf(allowed);
    this.partitions = partitions;
  }

  /** Where the response to a query with these headers goes. Never blocks. */
  public ReplyRoute route(Headers query) {
    List<String> complaints = new ArrayList<>();
    String asked = HydraHeaders.text(query, HydraHeaders.REPLY_TOPIC).orElse(defaultTopic);
    boolean honoured = asked.equals(defaultTopic) || allowed.contains(asked);
    if (!honoured) {
      complaints.add("reply topic is not allow-listed");
    }
    String topic = honoured ? asked : defaultTopic;
    Integer partition = null;
    Header header = query.lastHeader(HydraHeaders.REPLY_PARTITION);
    if (header != null && honoured) {
      partition = partition(header.value(), topic);
      if (partition == null) {
        complaints.add("reply partition is no partition of the reply topic");
      }
    }
    return new ReplyRoute(topic, partition, topic.equals(defaultTopic), !honoured, complaints);
  }

  /** The way that is always open. */
  public ReplyRoute defaultRoute() {
    return new ReplyRoute(defaultTopic, null, true, false, List.of());
  }

  private Integer partition(byte[] value, String topic) {
    if (value == null || value.length != Integer.BYTES) {
      return null;
    }
    int partition = ByteBuffer.wrap(value).getInt();
    return partition >= 0 && partition < partitions.applyAsInt(topic) ? partition : null;
  }
}

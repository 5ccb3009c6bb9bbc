package io.hydra.serving.reply;

import io.hydra.schemas.topic.HydraHeaders;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Reads from a query's headers where its response goes, and what that takes along. A header that
 * may name any topic would let everyone write everywhere, so only allow-listed topics are honoured.
 * Headers that are carried over are bounded, so that no query can make its own response too large.
 */
public final class ReplyRouter {
  static final int MAX_VALUE_BYTES = 4 * 1024;
  private static final List<String> CARRIED =
      List.of(HydraHeaders.CORRELATION_ID, HydraHeaders.TRACEPARENT, HydraHeaders.TRACESTATE);

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

  /** The route of the response to a query with these headers. Never blocks. */
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
        complaints.add("the reply topic does not have the reply partition");
      }
    }
    Headers carried = carry(query, complaints);
    return new ReplyRoute(
        topic, partition, topic.equals(defaultTopic), !honoured, carried, complaints);
  }

  /** The way that is always open. */
  public ReplyRoute toAll(ReplyRoute instead) {
    return ReplyRoute.toAll(defaultTopic, instead.carried(), instead.complaints());
  }

  private Integer partition(byte[] value, String topic) {
    if (value == null || value.length != Integer.BYTES) {
      return null;
    }
    int partition = ByteBuffer.wrap(value).getInt();
    return partition >= 0 && partition < partitions.applyAsInt(topic) ? partition : null;
  }

  private static Headers carry(Headers query, List<String> complaints) {
    Headers carried = new RecordHeaders();
    for (String name : CARRIED) {
      Header header = query.lastHeader(name);
      if (header == null) {
        continue;
      }
      if (header.value() != null && header.value().length > MAX_VALUE_BYTES) {
        complaints.add(
            "the header %s has more than %d bytes and is not carried over"
                .formatted(name, MAX_VALUE_BYTES));
      } else {
        carried.add(name, header.value());
      }
    }
    return carried;
  }
}

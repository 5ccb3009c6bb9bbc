package io.hydra.serving.reply;

import static io.hydra.schemas.topic.HydraHeaders.utf8;

import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.config.Sha256;
import io.hydra.schemas.topic.HydraHeaders;
import io.hydra.schemas.topic.Topic;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
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

  /** The topic of all who name none. */
  private static final String DEFAULT = Topic.RESPONSES.topicName();

  private static final int ID_BYTES = 16;
  private static final List<String> CARRIED =
      List.of(HydraHeaders.CORRELATION_ID, HydraHeaders.TRACEPARENT, HydraHeaders.TRACESTATE);

  private final Set<String> allowed;
  private final ToIntFunction<String> partitions;

  /**
   * The topic that a response goes to, and the headers that it takes along.
   *
   * @param partition null: by the record's key
   * @param isStray whether the query asked for another topic, which it may not name: what it is
   *     told there was not meant for all
   * @param carried of the query's headers
   * @param complaints the wishes of the query that are not granted
   */
  public record Route(
      String topic, Integer partition, boolean isStray, Headers carried, List<String> complaints) {
    public Route {
      complaints = List.copyOf(complaints);
    }

    /** The route of a query without headers. */
    public static Route plain(String... complaints) {
      return new Route(DEFAULT, null, false, new RecordHeaders(), List.of(complaints));
    }

    public boolean isDefault() {
      return topic.equals(DEFAULT);
    }

    /** The way that is always open. */
    public Route toAll() {
      return new Route(DEFAULT, null, false, carried, complaints);
    }

    /**
     * The headers of a response: those carried over, and CloudEvents 1.0 in binary mode. The same
     * query and response give the same headers, also on a redelivery, but for the trace of either.
     *
     * @param key of the query's record; may be null
     */
    public Headers headers(byte[] key, Query query, Response response) {
      Headers headers = new RecordHeaders(carried.toArray());
      headers.add(HydraHeaders.CE_SPECVERSION, utf8("1.0"));
      headers.add(HydraHeaders.CE_ID, utf8(id(query)));
      headers.add(HydraHeaders.CE_TYPE, utf8("io.hydra.response.v1"));
      headers.add(HydraHeaders.CE_SOURCE, utf8("hydra/serving"));
      headers.add(HydraHeaders.CE_TIME, utf8(response.getAnsweredAt().toString()));
      if (isSubject(key, response)) {
        headers.add(HydraHeaders.CE_SUBJECT, key);
      }
      headers.add(HydraHeaders.CONTENT_TYPE, utf8("application/vnd.confluent.avro"));
      return headers;
    }
  }

  /**
   * @param allowed topics that a query may name beside {@code hydra.responses}
   * @param partitions the number of partitions of a topic, as far as known, without blocking
   */
  public ReplyRouter(Set<String> allowed, ToIntFunction<String> partitions) {
    this.allowed = Set.copyOf(allowed);
    this.partitions = partitions;
  }

  /** The route of the response to a query with these headers. Never blocks. */
  public Route route(Headers query) {
    List<String> complaints = new ArrayList<>();
    String asked = HydraHeaders.text(query, HydraHeaders.REPLY_TOPIC).orElse(DEFAULT);
    boolean honoured = asked.equals(DEFAULT) || allowed.contains(asked);
    if (!honoured) {
      complaints.add("reply topic is not allow-listed");
    }
    String topic = honoured ? asked : DEFAULT;
    Integer partition = null;
    Header header = query.lastHeader(HydraHeaders.REPLY_PARTITION);
    if (header != null && honoured) {
      partition = partition(header.value(), topic);
      if (partition == null) {
        complaints.add("the reply topic does not have the reply partition");
      }
    }
    Headers carried = carry(query, complaints);
    return new Route(topic, partition, !honoured, carried, complaints);
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

  /** A response names only a well-formed tenant and user, so a key that equals them is bounded. */
  private static boolean isSubject(byte[] key, Response response) {
    String tenant = response.getTenant();
    String user = response.getUserId();
    return !tenant.isEmpty() && !user.isEmpty() && Arrays.equals(key, utf8(tenant + ":" + user));
  }

  /**
   * Follows from the query's tenant, user and id alone, so that consumers can drop repetitions; not
   * from the response's, where those of many a malformed query are all blank.
   */
  private static String id(Query query) {
    String text = String.join("\n", query.getTenant(), query.getUserId(), query.getQueryId());
    return HexFormat.of().formatHex(Sha256.of(text), 0, ID_BYTES);
  }
}

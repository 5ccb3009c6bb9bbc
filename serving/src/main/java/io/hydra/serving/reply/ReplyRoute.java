package io.hydra.serving.reply;

import static io.hydra.schemas.topic.HydraHeaders.utf8;

import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.topic.HydraHeaders;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The topic that a response goes to, and the headers that it takes along.
 *
 * @param partition null: by the record's key
 * @param isDefault whether this is the topic of all who name none
 * @param isStray whether the query asked for another topic, which it may not name: what it is told
 *     there was not meant for all
 * @param carried of the query's headers
 * @param complaints what the query asked for and does not get
 */
public record ReplyRoute(
    String topic,
    Integer partition,
    boolean isDefault,
    boolean isStray,
    Headers carried,
    List<String> complaints) {
  static final String TYPE = "io.hydra.response.v1";
  static final String SOURCE = "hydra/serving";
  static final String CONTENT_TYPE = "application/vnd.confluent.avro";
  private static final int ID_BYTES = 16;

  public ReplyRoute {
    complaints = List.copyOf(complaints);
  }

  /** The route to the topic of all. */
  public static ReplyRoute toAll(String topic, Headers carried, List<String> complaints) {
    return new ReplyRoute(topic, null, true, false, carried, complaints);
  }

  /**
   * The headers of a response: those carried over, and CloudEvents 1.0 in binary mode. The same
   * query and response give the same headers, also on a redelivery.
   *
   * @param key of the query's record; may be null
   */
  public Headers headers(byte[] key, Query query, Response response) {
    Headers headers = new RecordHeaders(carried.toArray());
    headers.add(HydraHeaders.CE_SPECVERSION, utf8("1.0"));
    headers.add(HydraHeaders.CE_ID, utf8(id(query)));
    headers.add(HydraHeaders.CE_TYPE, utf8(TYPE));
    headers.add(HydraHeaders.CE_SOURCE, utf8(SOURCE));
    headers.add(HydraHeaders.CE_TIME, utf8(response.getAnsweredAt().toString()));
    if (isSubject(key, response)) {
      headers.add(HydraHeaders.CE_SUBJECT, key);
    }
    headers.add(HydraHeaders.CONTENT_TYPE, utf8(CONTENT_TYPE));
    return headers;
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
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(utf8(text));
      return HexFormat.of().formatHex(Arrays.copyOf(digest, ID_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}

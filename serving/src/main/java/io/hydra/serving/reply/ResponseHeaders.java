package io.hydra.serving.reply;

import static io.hydra.schemas.topic.HydraHeaders.utf8;

import io.hydra.schemas.avro.Response;
import io.hydra.schemas.topic.HydraHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Headers of a response: what the query's own headers ask to be carried over, and CloudEvents 1.0
 * in binary mode. The same query and response give the same headers, also on a redelivery.
 */
public final class ResponseHeaders {
  static final String TYPE = "io.hydra.response.v1";
  static final String SOURCE = "hydra/serving";
  static final String CONTENT_TYPE = "application/vnd.confluent.avro";
  private static final List<String> CARRIED =
      List.of(HydraHeaders.CORRELATION_ID, HydraHeaders.TRACEPARENT, HydraHeaders.TRACESTATE);
  private static final int ID_BYTES = 16;

  private ResponseHeaders() {}

  /**
   * The headers of a response.
   *
   * @param query headers of the query
   * @param key of the query's record; may be null
   */
  public static Headers of(Headers query, byte[] key, Response response) {
    Headers headers = new RecordHeaders();
    for (String name : CARRIED) {
      Header header = query.lastHeader(name);
      if (header != null) {
        headers.add(name, header.value());
      }
    }
    headers.add(HydraHeaders.CE_SPECVERSION, utf8("1.0"));
    headers.add(HydraHeaders.CE_ID, utf8(id(response)));
    headers.add(HydraHeaders.CE_TYPE, utf8(TYPE));
    headers.add(HydraHeaders.CE_SOURCE, utf8(SOURCE));
    headers.add(HydraHeaders.CE_TIME, utf8(response.getAnsweredAt().toString()));
    if (key != null) {
      headers.add(HydraHeaders.CE_SUBJECT, key);
    }
    headers.add(HydraHeaders.CONTENT_TYPE, utf8(CONTENT_TYPE));
    return headers;
  }

  /** Follows from tenant, user and query id alone, so that consumers can drop repetitions. */
  private static String id(Response response) {
    String query =
        String.join("\n", response.getTenant(), response.getUserId(), response.getQueryId());
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(query.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(Arrays.copyOf(digest, ID_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}

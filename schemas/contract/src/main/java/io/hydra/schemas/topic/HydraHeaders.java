package io.hydra.schemas.topic;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Header names on queries and responses: Spring's request/reply, W3C trace context, CloudEvents.
 */
public final class HydraHeaders {
  /** Opaque bytes, echoed on the response. */
  public static final String CORRELATION_ID = "kafka_correlationId";

  /** Topic that the response should go to, if it is allow-listed. */
  public static final String REPLY_TOPIC = "kafka_replyTopic";

  /** Partition of the reply topic: a four-byte big-endian integer. */
  public static final String REPLY_PARTITION = "kafka_replyPartition";

  public static final String TRACEPARENT = "traceparent";
  public static final String TRACESTATE = "tracestate";
  public static final String CE_SPECVERSION = "ce_specversion";
  public static final String CE_ID = "ce_id";
  public static final String CE_TYPE = "ce_type";
  public static final String CE_SOURCE = "ce_source";
  public static final String CE_TIME = "ce_time";
  public static final String CE_SUBJECT = "ce_subject";
  public static final String CONTENT_TYPE = "content-type";

  private HydraHeaders() {}

  /** The last header of that name as UTF-8 text. */
  public static Optional<String> text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null
        ? Optional.empty()
        : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
  }

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

package io.hydra.schemas.deadletter;

import static io.hydra.schemas.topic.HydraHeaders.utf8;

import io.hydra.schemas.topic.Topic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A record that cannot be processed goes to {@code <topic>.dlq} with its key, value bytes and
 * headers untouched, and headers of our own that say where it came from and why.
 */
public final class DeadLetters {
  public static final String ORIGIN_TOPIC = "hydra_dlq_origin_topic";
  public static final String ORIGIN_PARTITION = "hydra_dlq_origin_partition";
  public static final String ORIGIN_OFFSET = "hydra_dlq_origin_offset";
  public static final String ORIGIN_TIMESTAMP = "hydra_dlq_origin_timestamp";
  public static final String GROUP = "hydra_dlq_group";
  public static final String EXCEPTION_CLASS = "hydra_dlq_exception_class";
  public static final String EXCEPTION_MESSAGE = "hydra_dlq_exception_message";
  public static final String ATTEMPT = "hydra_dlq_attempt";

  /** On a letter that was too large to be whole: {@link #VALUE} or {@link #ALL_BUT_ORIGIN}. */
  public static final String DROPPED = "hydra_dlq_dropped";

  /** The value is left out. */
  public static final String VALUE = "value";

  /** Value, key and original headers are left out. */
  public static final String ALL_BUT_ORIGIN = "value,key,headers";

  private DeadLetters() {}

  /** Where a record came from. */
  public record Origin(String topic, int partition, long offset, long timestamp, String group) {}

  /** The original headers plus why and where; {@code cause}'s message must hold no user text. */
  public static Headers headers(Headers original, Origin origin, Throwable cause, int attempt) {
    Headers headers = new RecordHeaders(original.toArray());
    headers.add(ORIGIN_TOPIC, utf8(origin.topic()));
    headers.add(ORIGIN_PARTITION, utf8(Integer.toString(origin.partition())));
    headers.add(ORIGIN_OFFSET, utf8(Long.toString(origin.offset())));
    headers.add(ORIGIN_TIMESTAMP, utf8(Long.toString(origin.timestamp())));
    headers.add(GROUP, utf8(origin.group()));
    headers.add(EXCEPTION_CLASS, utf8(cause.getClass().getName()));
    headers.add(EXCEPTION_MESSAGE, utf8(String.valueOf(cause.getMessage())));
    headers.add(ATTEMPT, utf8(Integer.toString(attempt)));
    return headers;
  }

  /** The dead letter for a record that {@code group} could not process. */
  public static ProducerRecord<byte[], byte[]> of(
      Topic topic, ConsumerRecord<byte[], byte[]> record, String group, Throwable cause) {
    Origin origin =
        new Origin(record.topic(), record.partition(), record.offset(), record.timestamp(), group);
    return new ProducerRecord<>(
        topic.deadLetters().topicName(),
        null,
        null,
        record.key(),
        record.value(),
        headers(record.headers(), origin, cause, 1));
  }
}

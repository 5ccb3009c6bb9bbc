package io.hydra.schemas.deadletter;

import static io.hydra.schemas.topic.HydraHeaders.utf8;

import io.hydra.schemas.topic.HydraHeaders;
import io.hydra.schemas.topic.Topic;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A record that cannot be processed goes to {@code <topic>.dlq} with its key, value bytes and
 * headers untouched, and headers of our own that say where it came from and why.
 *
 * <p>Some records do not fit: a broker measures a record compressed, a producer before compression,
 * and our headers come on top, so a record that came in need not go out again. To try would fail at
 * the same record for ever. So a letter is a {@link #ladder}: byte for byte; else without its
 * value; else without key and original headers too. {@link #DROPPED} says what is missing, and the
 * origin that it names still has the whole record.
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

  /** On a {@link #mark}: the offset of the letter, in the same partition. */
  public static final String REPLAYED = "hydra_dlq_replayed";

  /** The value is left out. */
  public static final String VALUE = "value";

  /** Value, key and original headers are left out. */
  public static final String ALL_BUT_ORIGIN = "value,key,headers";

  /**
   * The largest letter, in bytes before compression: what a topic of the catalogue takes, less what
   * a producer or a later version of the format may add.
   */
  public static final int MAX_BYTES = Topic.MAX_DEAD_LETTER_BYTES - 64 * 1024;

  private static final String HEADER_PREFIX = "hydra_dlq_";
  private static final int FIRST_ATTEMPT = 1;
  private static final int RECORD_OVERHEAD = 128; // A batch header (61) and a record's own lengths.
  private static final int HEADER_OVERHEAD = 10; // Two lengths.
  private static final int MAX_UTF8_BYTES_PER_CHAR = 3;

  private DeadLetters() {}

  /** The place that a record came from. */
  public record Origin(String topic, int partition, long offset, long timestamp, String group) {
    /** The origin of what {@code group} consumed. */
    public static Origin of(ConsumerRecord<?, ?> record, String group) {
      return new Origin(
          record.topic(), record.partition(), record.offset(), record.timestamp(), group);
    }
  }

  /** Our headers: why and where; {@code cause}'s message must hold no user text. */
  public static Headers reason(Origin origin, Throwable cause) {
    return reason(origin, cause.getClass().getName(), String.valueOf(cause.getMessage()));
  }

  /** The same of a cause that is told by its class and message. */
  public static Headers reason(Origin origin, String exceptionClass, String message) {
    return new RecordHeaders()
        .add(ORIGIN_TOPIC, utf8(origin.topic()))
        .add(ORIGIN_PARTITION, utf8(Integer.toString(origin.partition())))
        .add(ORIGIN_OFFSET, utf8(Long.toString(origin.offset())))
        .add(ORIGIN_TIMESTAMP, utf8(Long.toString(origin.timestamp())))
        .add(GROUP, utf8(origin.group()))
        .add(EXCEPTION_CLASS, utf8(exceptionClass))
        .add(EXCEPTION_MESSAGE, utf8(message))
        .add(ATTEMPT, utf8(Integer.toString(FIRST_ATTEMPT)));
  }

  /** The ladder of a record that {@code group} could not process. */
  public static List<ProducerRecord<byte[], byte[]>> ladder(
      Topic topic, ConsumerRecord<byte[], byte[]> record, String group, Throwable cause) {
    return ladder(
        topic.deadLetters().topicName(),
        record.key(),
        record.value(),
        record.headers(),
        reason(Origin.of(record, group), cause));
  }

  /**
   * The letter in three sizes, each for where the one before is too large: whole, without its
   * value, the reason alone.
   *
   * @param topic of dead letters
   * @param key of the record; null if it had none
   * @param value of the record; null for a tombstone
   * @param original the record's own headers
   * @param reason see {@link #reason}
   */
  public static List<ProducerRecord<byte[], byte[]>> ladder(
      String topic, byte[] key, byte[] value, Headers original, Headers reason) {
    Headers all = new RecordHeaders(original.toArray());
    reason.forEach(all::add);
    return List.of(
        letter(topic, key, value, all),
        letter(topic, key, null, new RecordHeaders(all).add(DROPPED, utf8(VALUE))),
        letter(topic, null, null, new RecordHeaders(reason).add(DROPPED, utf8(ALL_BUT_ORIGIN))));
  }

  /** The first letter of a ladder that has at most {@code maxBytes}; its last one in any case. */
  public static ProducerRecord<byte[], byte[]> fitting(
      List<ProducerRecord<byte[], byte[]>> ladder, long maxBytes) {
    return ladder.stream()
        .filter(letter -> bytes(letter) <= maxBytes)
        .findFirst()
        .orElse(ladder.get(ladder.size() - 1));
  }

  /**
   * The record that became a letter, for the topic that this is a letter of: with its key, value
   * and headers. Its partition is its key's, and its timestamp the present, since retention goes by
   * it: with its own, an old record could be deleted before it is read. A query keeps its own,
   * which is when it was asked: an erasure since then covers it.
   */
  public static ProducerRecord<byte[], byte[]> original(ConsumerRecord<byte[], byte[]> letter) {
    Headers own = new RecordHeaders();
    for (Header header : letter.headers()) {
      if (!header.key().startsWith(HEADER_PREFIX)) {
        own.add(header);
      }
    }
    String topic = originOf(letter.topic());
    Long timestamp = topic.equals(Topic.QUERIES.topicName()) ? originTimestamp(letter) : null;
    return new ProducerRecord<>(topic, null, timestamp, letter.key(), letter.value(), own);
  }

  /** The topic that the letters of a topic of dead letters came from. */
  public static String originOf(String deadLetters) {
    return deadLetters.substring(0, deadLetters.length() - Topic.DLQ_SUFFIX.length());
  }

  private static Long originTimestamp(ConsumerRecord<?, ?> letter) {
    try {
      return HydraHeaders.text(letter.headers(), ORIGIN_TIMESTAMP)
          .map(Long::valueOf)
          .filter(timestamp -> timestamp >= 0)
          .orElse(null);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** A record behind a letter, in its partition, that says that it was published again. */
  public static ProducerRecord<byte[], byte[]> mark(ConsumerRecord<?, ?> letter) {
    Headers replayed = new RecordHeaders().add(REPLAYED, utf8(Long.toString(letter.offset())));
    return new ProducerRecord<>(letter.topic(), letter.partition(), null, null, null, replayed);
  }

  /**
   * The offset of the letter that a record marks; empty if it is not a mark. A letter never is,
   * whatever headers its sender gave it.
   */
  public static OptionalLong marked(ConsumerRecord<?, ?> record) {
    Headers headers = record.headers();
    Optional<String> offset = HydraHeaders.text(headers, REPLAYED);
    if (offset.isEmpty() || headers.lastHeader(ORIGIN_TOPIC) != null) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(offset.get()));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** An upper bound of a letter's size before compression. */
  public static long bytes(ProducerRecord<byte[], byte[]> letter) {
    long bytes = RECORD_OVERHEAD + length(letter.key()) + length(letter.value());
    for (Header header : letter.headers()) {
      bytes +=
          HEADER_OVERHEAD
              + (long) MAX_UTF8_BYTES_PER_CHAR * header.key().length()
              + length(header.value());
    }
    return bytes;
  }

  private static ProducerRecord<byte[], byte[]> letter(
      String topic, byte[] key, byte[] value, Headers headers) {
    return new ProducerRecord<>(topic, null, null, key, value, headers);
  }

  private static long length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}

package io.hydra.stream.event;

import static io.hydra.schemas.topic.HydraHeaders.utf8;

import io.hydra.schemas.deadletter.DeadLetters;
import java.util.Arrays;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Writes dead letters to a topic: byte for byte if they fit, else without their value, else without
 * key and original headers too, and {@link DeadLetters#DROPPED} says what is missing. The origin
 * that a letter names still has the whole record.
 *
 * <p>Some cannot fit: a broker measures a record compressed, a producer before compression, so a
 * record that came in need not go out again. To try would fail the job at the same record for ever.
 */
public final class DeadLetterSchema implements KafkaRecordSerializationSchema<DeadLetter> {

  private static final long serialVersionUID = 1L;
  private static final int RECORD_OVERHEAD = 128; // A batch header (61) and a record's own lengths.
  private static final int HEADER_OVERHEAD = 10; // Two lengths.
  private static final int MAX_UTF8_BYTES_PER_CHAR = 3;

  private final String topic;
  private final int maxBytes;

  /**
   * @param maxBytes of a record before compression
   */
  public DeadLetterSchema(String topic, int maxBytes) {
    this.topic = topic;
    this.maxBytes = maxBytes;
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      DeadLetter letter, KafkaSinkContext context, Long timestamp) {
    ProducerRecord<byte[], byte[]> whole = record(letter.key(), letter.value(), headers(letter, 0));
    if (fits(whole)) {
      return whole;
    }
    ProducerRecord<byte[], byte[]> withoutValue = record(letter.key(), null, headers(letter, 0));
    withoutValue.headers().add(DeadLetters.DROPPED, utf8(DeadLetters.VALUE));
    if (fits(withoutValue)) {
      return withoutValue;
    }
    ProducerRecord<byte[], byte[]> reason =
        record(null, null, headers(letter, letter.originalHeaders()));
    reason.headers().add(DeadLetters.DROPPED, utf8(DeadLetters.ALL_BUT_ORIGIN));
    return reason;
  }

  private ProducerRecord<byte[], byte[]> record(byte[] key, byte[] value, Headers headers) {
    return new ProducerRecord<>(topic, null, null, key, value, headers);
  }

  private static Headers headers(DeadLetter letter, int from) {
    int to = letter.headerNames().length;
    return HeaderArrays.toHeaders(
        Arrays.copyOfRange(letter.headerNames(), from, to),
        Arrays.copyOfRange(letter.headerValues(), from, to));
  }

  private boolean fits(ProducerRecord<byte[], byte[]> record) {
    long bytes = RECORD_OVERHEAD + length(record.key()) + length(record.value());
    for (Header header : record.headers()) {
      bytes +=
          HEADER_OVERHEAD
              + (long) MAX_UTF8_BYTES_PER_CHAR * header.key().length()
              + length(header.value());
    }
    return bytes <= maxBytes;
  }

  private static long length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}

package io.hydra.stream.event;

import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A record of a topic as it came: nothing decoded, nothing lost. Headers are two arrays, which
 * Flink serializes without help.
 *
 * @param timestamp milliseconds since the epoch; -1 if it has none
 * @param key null if it has none
 * @param value null for a tombstone
 * @param headerNames in order, repeated names included
 * @param headerValues one for each name; a value may be null
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record RawRecord(
    String topic,
    int partition,
    long offset,
    long timestamp,
    byte[] key,
    byte[] value,
    String[] headerNames,
    byte[][] headerValues) {
  private static final String[] NO_NAMES = {};
  private static final byte[][] NO_VALUES = {};

  /** The whole record; its key and values are not copied. */
  public static RawRecord of(ConsumerRecord<byte[], byte[]> record) {
    Header[] headers = record.headers().toArray();
    String[] names = headers.length == 0 ? NO_NAMES : new String[headers.length];
    byte[][] values = headers.length == 0 ? NO_VALUES : new byte[headers.length][];
    for (int i = 0; i < headers.length; i++) {
      names[i] = headers[i].key();
      values[i] = headers[i].value();
    }
    return of(record, names, values);
  }

  /** Without headers, for who makes no dead letter of it. */
  public static RawRecord withoutHeaders(ConsumerRecord<byte[], byte[]> record) {
    return of(record, NO_NAMES, NO_VALUES);
  }

  private static RawRecord of(
      ConsumerRecord<byte[], byte[]> record, String[] names, byte[][] values) {
    return new RawRecord(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.key(),
        record.value(),
        names,
        values);
  }

  /** The last header of that name as text; null if there is none. */
  public String header(String name) {
    for (int i = headerNames.length - 1; i >= 0; i--) {
      if (headerNames[i].equals(name)) {
        return headerValues[i] == null ? null : new String(headerValues[i], StandardCharsets.UTF_8);
      }
    }
    return null;
  }

  Headers headers() {
    Headers headers = new RecordHeaders();
    for (int i = 0; i < headerNames.length; i++) {
      headers.add(headerNames[i], headerValues[i]);
    }
    return headers;
  }

  /** Bytes that it holds in memory, but for a few dozen. */
  public long bytes() {
    long bytes = length(key) + length(value);
    for (int i = 0; i < headerNames.length; i++) {
      bytes += headerNames[i].length() + length(headerValues[i]);
    }
    return bytes;
  }

  private static long length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  /**
   * Takes a Kafka record as it is. Decoding comes later, where a failure can become a dead letter.
   */
  public static final class Schema implements KafkaRecordDeserializationSchema<RawRecord> {
    private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<RawRecord> out) {
      out.collect(of(record));
    }

    @Override
    public TypeInformation<RawRecord> getProducedType() {
      return TypeInformation.of(RawRecord.class);
    }
  }
}

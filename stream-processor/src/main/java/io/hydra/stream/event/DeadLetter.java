package io.hydra.stream.event;

import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.topic.ConsumerGroups;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A record that cannot be processed, and why. */
public record DeadLetter(RawRecord raw, String exceptionClass, String message) {
  /** The dead letter of a record that was rejected. */
  public static DeadLetter of(RawRecord raw, RejectedRecordException reason) {
    return new DeadLetter(raw, reason.getClass().getName(), String.valueOf(reason.getMessage()));
  }

  /**
   * Writes dead letters to a topic, each as whole as {@code maxBytes} allow: see {@link
   * DeadLetters}.
   */
  public static final class Schema implements KafkaRecordSerializationSchema<DeadLetter> {
    private static final long serialVersionUID = 1L;

    private final String topic;
    private final int maxBytes;

    /**
     * @param maxBytes of a record before compression
     */
    public Schema(String topic, int maxBytes) {
      this.topic = topic;
      this.maxBytes = maxBytes;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        DeadLetter letter, KafkaSinkContext context, Long timestamp) {
      RawRecord raw = letter.raw();
      var origin =
          new DeadLetters.Origin(
              raw.topic(),
              raw.partition(),
              raw.offset(),
              raw.timestamp(),
              ConsumerGroups.STREAM_PROCESSOR);
      var reason = DeadLetters.reason(origin, letter.exceptionClass(), letter.message());
      return DeadLetters.fitting(
          DeadLetters.ladder(topic, raw.key(), raw.value(), raw.headers(), reason), maxBytes);
    }
  }
}

package io.hydra.stream.event;

import io.hydra.schemas.deadletter.DeadLetters;
import java.util.Arrays;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Writes dead letters to a topic, each as whole as {@code maxBytes} allow: see {@link DeadLetters}.
 */
public final class DeadLetterSchema implements KafkaRecordSerializationSchema<DeadLetter> {

  private static final long serialVersionUID = 1L;

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
    int own = letter.originalHeaders();
    return DeadLetters.fitting(
        DeadLetters.ladder(
            topic,
            letter.key(),
            letter.value(),
            headers(letter, 0, own),
            headers(letter, own, letter.headerNames().length)),
        maxBytes);
  }

  private static Headers headers(DeadLetter letter, int from, int to) {
    return HeaderArrays.toHeaders(
        Arrays.copyOfRange(letter.headerNames(), from, to),
        Arrays.copyOfRange(letter.headerValues(), from, to));
  }
}

package io.hydra.schemas.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.topic.HydraHeaders;
import io.hydra.schemas.topic.Topic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
  @Test
  void keepsKeyBytesAndHeadersAndSaysWhereFromAndWhy() {
    byte[] key = {1, 2};
    byte[] value = {9, 8, 7};
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(Topic.EVENTS.topicName(), 3, 42, key, value);
    record.headers().add("traceparent", HydraHeaders.utf8("00-a-b-01"));

    ProducerRecord<byte[], byte[]> letter =
        DeadLetters.of(Topic.EVENTS, record, "group", new RejectedRecordException("no user"));

    assertThat(letter.topic()).isEqualTo("hydra.events.dlq");
    assertThat(letter.key()).isEqualTo(key);
    assertThat(letter.value()).isEqualTo(value);
    assertThat(text(letter, "traceparent")).isEqualTo("00-a-b-01");
    assertThat(text(letter, DeadLetters.ORIGIN_TOPIC)).isEqualTo("hydra.events");
    assertThat(text(letter, DeadLetters.ORIGIN_PARTITION)).isEqualTo("3");
    assertThat(text(letter, DeadLetters.ORIGIN_OFFSET)).isEqualTo("42");
    assertThat(text(letter, DeadLetters.EXCEPTION_MESSAGE)).isEqualTo("no user");
  }

  private static String text(ProducerRecord<byte[], byte[]> letter, String header) {
    return HydraHeaders.text(letter.headers(), header).orElseThrow();
  }
}

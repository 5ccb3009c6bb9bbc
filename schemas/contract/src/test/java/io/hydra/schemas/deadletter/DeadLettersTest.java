package io.hydra.schemas.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.topic.HydraHeaders;
import io.hydra.schemas.topic.Topic;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeadLettersTest {
  @Test
  void keepsKeyBytesAndHeadersAndSaysWhereFromAndWhy() {
    byte[] key = {1, 2};
    byte[] value = {9, 8, 7};
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(Topic.EVENTS.topicName(), 3, 42, key, value);
    record.headers().add("traceparent", HydraHeaders.utf8("00-a-b-01"));

    ProducerRecord<byte[], byte[]> letter = ladder(record).get(0);

    assertThat(letter.topic()).isEqualTo("hydra.events.dlq");
    assertThat(letter.key()).isEqualTo(key);
    assertThat(letter.value()).isEqualTo(value);
    assertThat(text(letter, "traceparent")).isEqualTo("00-a-b-01");
    assertThat(text(letter, DeadLetters.ORIGIN_TOPIC)).isEqualTo("hydra.events");
    assertThat(text(letter, DeadLetters.ORIGIN_PARTITION)).isEqualTo("3");
    assertThat(text(letter, DeadLetters.ORIGIN_OFFSET)).isEqualTo("42");
    assertThat(text(letter, DeadLetters.EXCEPTION_MESSAGE)).isEqualTo("no user");
    assertThat(letter.headers().lastHeader(DeadLetters.DROPPED)).isNull();
  }

  @Test
  void aLetterWhoseValueIsTooLargeGoesWithoutItAndSaysSo() {
    ConsumerRecord<byte[], byte[]> record = record(new byte[] {1}, new byte[10_000]);
    record.headers().add("traceparent", HydraHeaders.utf8("00-a-b-01"));
    ProducerRecord<byte[], byte[]> letter = DeadLetters.fitting(ladder(record), 5_000);
    assertThat(letter.key()).isEqualTo(record.key());
    assertThat(letter.value()).isNull();
    assertThat(text(letter, "traceparent")).isEqualTo("00-a-b-01");
    assertThat(text(letter, DeadLetters.DROPPED)).isEqualTo("value");
    assertThat(text(letter, DeadLetters.ORIGIN_OFFSET)).isEqualTo("42");
  }

  @Test
  void aLetterWhoseKeyOrHeadersAreTooLargeIsItsOriginAlone() {
    ConsumerRecord<byte[], byte[]> largeKey = record(new byte[10_000], null);
    ConsumerRecord<byte[], byte[]> largeHeader = record(new byte[] {1}, null);
    largeHeader.headers().add("x", new byte[10_000]);
    for (ConsumerRecord<byte[], byte[]> record : List.of(largeKey, largeHeader)) {
      ProducerRecord<byte[], byte[]> letter = DeadLetters.fitting(ladder(record), 5_000);
      assertThat(letter.key()).isNull();
      assertThat(letter.value()).isNull();
      assertThat(letter.headers().lastHeader("x")).isNull();
      assertThat(text(letter, DeadLetters.DROPPED)).isEqualTo("value,key,headers");
      assertThat(text(letter, DeadLetters.ORIGIN_OFFSET)).isEqualTo("42");
      assertThat(text(letter, DeadLetters.EXCEPTION_MESSAGE)).isEqualTo("no user");
    }
  }

  @Test
  void theOriginGoesOutHoweverLittleATopicTakes() {
    assertThat(DeadLetters.fitting(ladder(record(new byte[] {1}, new byte[] {2})), 1).value())
        .isNull();
  }

  @ParameterizedTest
  @EnumSource(names = {"EVENTS", "QUERIES"})
  void aLetterBecomesTheRecordThatItWas(Topic topic) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            topic.topicName(),
            3,
            42,
            1_000,
            TimestampType.CREATE_TIME,
            1,
            1,
            new byte[] {1},
            new byte[] {2},
            new RecordHeaders().add("traceparent", HydraHeaders.utf8("00-a-b-01")),
            Optional.empty());

    ProducerRecord<byte[], byte[]> original =
        DeadLetters.original(consumed(ladder(topic, record).get(0)));

    assertThat(original.topic()).isEqualTo(topic.topicName());
    assertThat(original.partition()).isNull();
    assertThat(original.timestamp())
        .as("the present, but for a query, which was asked then")
        .isEqualTo(topic == Topic.QUERIES ? 1_000L : null);
    assertThat(original.key()).isEqualTo(record.key());
    assertThat(original.value()).isEqualTo(record.value());
    assertThat(original.headers()).isEqualTo(record.headers());
  }

  @Test
  void aMarkNamesALetterAndNoLetterPassesForOne() {
    ConsumerRecord<byte[], byte[]> record = record(new byte[] {1}, new byte[] {2});
    ConsumerRecord<byte[], byte[]> letter = consumed(ladder(record).get(0));
    assertThat(DeadLetters.marked(letter)).isEmpty();
    ProducerRecord<byte[], byte[]> mark = DeadLetters.mark(letter);
    assertThat(mark.topic()).isEqualTo(letter.topic());
    assertThat(mark.partition()).isEqualTo(letter.partition());
    assertThat(DeadLetters.marked(consumed(mark))).hasValue(letter.offset());

    mark.headers().forEach(record.headers()::add);
    assertThat(DeadLetters.marked(consumed(ladder(record).get(0)))).isEmpty();
  }

  private static ConsumerRecord<byte[], byte[]> consumed(ProducerRecord<byte[], byte[]> letter) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(letter.topic(), 5, 17, letter.key(), letter.value());
    letter.headers().forEach(record.headers()::add);
    return record;
  }

  private static ConsumerRecord<byte[], byte[]> record(byte[] key, byte[] value) {
    return new ConsumerRecord<>(Topic.EVENTS.topicName(), 3, 42, key, value);
  }

  private static List<ProducerRecord<byte[], byte[]>> ladder(
      ConsumerRecord<byte[], byte[]> record) {
    return ladder(Topic.EVENTS, record);
  }

  private static List<ProducerRecord<byte[], byte[]>> ladder(
      Topic topic, ConsumerRecord<byte[], byte[]> record) {
    return DeadLetters.ladder(topic, record, "group", new RejectedRecordException("no user"));
  }

  private static String text(ProducerRecord<byte[], byte[]> letter, String header) {
    return HydraHeaders.text(letter.headers(), header).orElseThrow();
  }
}

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
import org.junit.jupiter.params.provider.ValueSource;

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
  void aLetterMayBeAsLargeAsItsTopicTakes() {
    List<ProducerRecord<byte[], byte[]>> ladder = ladder(record(new byte[] {1}, new byte[10_000]));
    long bytes = DeadLetters.bytes(ladder.get(0));
    assertThat(DeadLetters.fitting(ladder, bytes)).isSameAs(ladder.get(0));
    assertThat(DeadLetters.fitting(ladder, bytes - 1)).isSameAs(ladder.get(1));
  }

  /** It is never below what Kafka writes: each character of a header's name may take three. */
  @Test
  void aLettersBytesCountItsHeadersNames() {
    ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>("t", null, null);
    long without = DeadLetters.bytes(letter);
    letter.headers().add("€".repeat(1_000), new byte[10]);
    assertThat(DeadLetters.bytes(letter) - without).isBetween(3_010L, 3_100L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "soon", ""})
  void aQuerysLetterWithoutAUsableTimeIsOfThePresent(String timestamp) {
    ConsumerRecord<byte[], byte[]> letter =
        new ConsumerRecord<>(Topic.QUERIES.deadLetters().topicName(), 0, 1, null, null);
    letter.headers().add(DeadLetters.ORIGIN_TIMESTAMP, HydraHeaders.utf8(timestamp));
    assertThat(DeadLetters.original(letter).timestamp()).isNull();
  }

  @Test
  void aMarkWithoutANumberMarksNothing() {
    ConsumerRecord<byte[], byte[]> record = record(null, null);
    record.headers().add(DeadLetters.REPLAYED, HydraHeaders.utf8("all"));
    assertThat(DeadLetters.marked(record)).isEmpty();
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

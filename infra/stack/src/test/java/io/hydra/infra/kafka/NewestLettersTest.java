package io.hydra.infra.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.kafka.NewestLetters.Letter;
import io.hydra.infra.output.Json;
import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.deadletter.DeadLetters.Origin;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class NewestLettersTest {
  private static final TopicPartition EVENTS = new TopicPartition("hydra.events.dlq", 0);
  private static final TopicPartition QUERIES = new TopicPartition("hydra.queries.dlq", 3);
  private static final Logs LOGS =
      new Logs(Map.of(EVENTS, 0L, QUERIES, 8L), Map.of(EVENTS, 100L, QUERIES, 9L));

  private final MockConsumer<String, Void> consumer = new MockConsumer<>("none");

  private void letter(TopicPartition partition, long offset, String key, Headers headers) {
    letter(partition, offset, 1_000 * offset, key, headers);
  }

  private void letter(
      TopicPartition partition, long offset, long timestamp, String key, Headers headers) {
    if (!consumer.assignment().contains(partition)) {
      return;
    }
    consumer.addRecord(
        new ConsumerRecord<>(
            partition.topic(),
            partition.partition(),
            offset,
            timestamp,
            TimestampType.CREATE_TIME,
            0,
            0,
            key,
            null,
            headers,
            Optional.empty()));
  }

  @Test
  void theNewestOfEachTopicAreToldByTheirKeysAndHeaders() {
    Headers reason =
        DeadLetters.reason(
            new Origin("hydra.queries", 3, 41, 7, "hydra-serving"), "a.b.Bad", "no user");
    consumer.schedulePollTask(
        () -> {
          for (long offset = 96; offset < 100; offset++) {
            letter(EVENTS, offset, null, new RecordHeaders());
          }
          letter(QUERIES, 8, "shop:ann", reason);
        });

    NewestLetters newest = NewestLetters.read(consumer, LOGS, 2, letter -> true, () -> 0);

    assertThat(newest.cutShort()).isEmpty();
    assertThat(newest.letters())
        .containsExactly(
            bare(99),
            bare(98),
            new Letter(
                QUERIES.topic(),
                3,
                8,
                8_000,
                "shop:ann",
                "hydra.queries",
                "3",
                "41",
                "a.b.Bad",
                "no user"));
    assertThat(Json.write(newest.letters()))
        .contains("\"timestamp\"", "\"ownOffset\"", "\"shop:ann\"", "\"a.b.Bad\"");
  }

  @Test
  void topicsThatAreNotReadInTimeAreNamed() {
    consumer.schedulePollTask(() -> letter(QUERIES, 8, "x".repeat(10_000), new RecordHeaders()));
    AtomicLong nanos = new AtomicLong();

    NewestLetters newest =
        NewestLetters.read(
            consumer, LOGS, 2, letter -> true, () -> nanos.getAndAdd(4_000_000_000L));

    assertThat(newest.letters()).extracting(Letter::deadLetters).containsExactly(QUERIES.topic());
    assertThat(newest.letters().get(0).key()).hasSizeLessThan(1_000);
    assertThat(newest.cutShort()).containsExactly(EVENTS.topic());
  }

  @Test
  void behindThoseThatWerePublishedAgainOrAreNotWantedOlderOnesAreFound() {
    Logs longer = new Logs(Map.of(EVENTS, 0L), Map.of(EVENTS, 12L));
    Runnable all =
        () -> {
          for (long offset = 0; offset < 6; offset++) {
            String key = offset == 1 ? "other" : "shop:ann";
            letter(EVENTS, offset, key, new RecordHeaders());
          }
          for (long replayed = 0; replayed < 6; replayed++) {
            Headers mark = new RecordHeaders();
            if (replayed > 3) {
              DeadLetters.mark(new ConsumerRecord<>(EVENTS.topic(), 0, replayed, null, null))
                  .headers()
                  .forEach(mark::add);
            }
            letter(EVENTS, 6 + replayed, replayed > 3 ? null : "other", mark);
          }
        };
    consumer.schedulePollTask(
        () -> {
          all.run();
          assertThat(consumer.position(EVENTS)).isPositive();
        });
    consumer.schedulePollTask(all);

    assertThat(
            NewestLetters.read(
                    consumer, longer, 2, letter -> !"other".equals(letter.key()), () -> 0)
                .letters())
        .extracting(Letter::ownOffset)
        .containsExactly(3L, 2L);
  }

  private static Headers mark(TopicPartition partition, long letter) {
    return DeadLetters.mark(
            new ConsumerRecord<>(partition.topic(), partition.partition(), letter, null, null))
        .headers();
  }

  @Test
  void thoseOfAnOldPartitionStandBehindNewerOnesOfAnother() {
    TopicPartition young = new TopicPartition(EVENTS.topic(), 1);
    Logs both = new Logs(Map.of(EVENTS, 0L, young, 0L), Map.of(EVENTS, 4L, young, 12L));
    Runnable all =
        () -> {
          for (long offset = 0; offset < 4; offset++) {
            letter(EVENTS, offset, offset, "old", new RecordHeaders());
          }
          for (long offset = 0; offset < 6; offset++) {
            letter(young, offset, 1_000 + offset, "young", new RecordHeaders());
          }
          // All but the first two were published again, and fill the partition's end.
          for (long offset = 6; offset < 12; offset++) {
            letter(young, offset, 2_000, null, mark(young, Math.max(2, offset - 6)));
          }
        };
    for (int stretch = 0; stretch < 3; stretch++) {
      consumer.schedulePollTask(all);
    }

    assertThat(NewestLetters.read(consumer, both, 2, letter -> true, () -> 0).letters())
        .extracting(letter -> letter.ownPartition() + ":" + letter.ownOffset())
        .containsExactly("1:1", "1:0");
  }

  @Test
  void aForgedMarkOfALongLogCostsNothing() {
    long end = 1L << 33;
    Logs longest = new Logs(Map.of(EVENTS, 0L), Map.of(EVENTS, end));
    consumer.schedulePollTask(
        () -> {
          letter(EVENTS, end - 2, null, new RecordHeaders());
          letter(EVENTS, end - 1, null, mark(EVENTS, 0));
        });

    assertThat(NewestLetters.read(consumer, longest, 1, letter -> true, () -> 0).letters())
        .extracting(Letter::ownOffset)
        .containsExactly(end - 2);
  }

  private static Letter bare(long offset) {
    return new Letter(
        EVENTS.topic(), 0, offset, 1_000 * offset, null, null, null, null, null, null);
  }
}

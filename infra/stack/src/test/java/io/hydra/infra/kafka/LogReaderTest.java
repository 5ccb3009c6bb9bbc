package io.hydra.infra.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.deadletter.DeadLetters;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LogReaderTest {
  private static final TopicPartition FULL = new TopicPartition("hydra.head-requests.dlq", 0);
  private static final TopicPartition EMPTY = new TopicPartition("hydra.head-requests.dlq", 1);
  private static final Logs LOGS =
      new Logs(Map.of(FULL, 2L, EMPTY, 7L), Map.of(FULL, 6L, EMPTY, 7L));

  private final MockConsumer<Void, Void> consumer = new MockConsumer<>("none");

  private Map<TopicPartition, Long> count(Logs logs, LongSupplier nanoTime) {
    return LogReader.count(consumer, logs, nanoTime, DeadLetterTopics.weight(logs));
  }

  /** Two records, each with its transaction's marker behind it. */
  private void write() {
    consumer.schedulePollTask(
        () -> {
          consumer.addRecord(new ConsumerRecord<>(FULL.topic(), 0, 2, null, null));
          consumer.addRecord(new ConsumerRecord<>(FULL.topic(), 0, 4, null, null));
        });
    consumer.schedulePollTask(() -> consumer.seek(FULL, 6));
  }

  @Test
  void markersOfTransactionsAreNoRecords() {
    write();
    assertThat(count(LOGS, () -> 0)).isEqualTo(Map.of(FULL, 2L, EMPTY, 0L));
  }

  @Test
  void aLetterThatWasPublishedAgainIsNotCountedHoweverOftenItIsMarked() {
    Logs logs = new Logs(Map.of(FULL, 2L), Map.of(FULL, 7L));
    consumer.schedulePollTask(
        () -> {
          consumer.addRecord(new ConsumerRecord<>(FULL.topic(), 0, 2, null, null));
          consumer.addRecord(new ConsumerRecord<>(FULL.topic(), 0, 3, null, null));
          // The first is gone, the second was published by two at once.
          long[] marked = {1, 2, 2};
          for (int i = 0; i < marked.length; i++) {
            ConsumerRecord<Void, Void> mark =
                new ConsumerRecord<>(FULL.topic(), 0, 4 + i, null, null);
            DeadLetters.mark(new ConsumerRecord<>(FULL.topic(), 0, marked[i], null, null))
                .headers()
                .forEach(mark.headers()::add);
            consumer.addRecord(mark);
          }
        });
    assertThat(count(logs, () -> 0)).containsEntry(FULL, 1L);
  }

  @Test
  void whatCannotBeReadInTimeCountsByItsOffsets() {
    LongSupplier late =
        new LongSupplier() {
          private long now;

          @Override
          public long getAsLong() {
            now += 4_000_000_000L;
            return now;
          }
        };
    write();
    assertThat(count(LOGS, late)).containsEntry(FULL, 2L + 1);
  }

  @Test
  void aLongLogIsCountedByItsOffsetsUnread() {
    long end = 2 + LogReader.MOST_COUNTED + 1;
    Logs longLog = new Logs(Map.of(FULL, 2L), Map.of(FULL, end));
    assertThat(count(longLog, () -> 0)).isEqualTo(Map.of(FULL, end - 2));
  }
}

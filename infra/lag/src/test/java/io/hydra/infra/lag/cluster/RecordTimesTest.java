package io.hydra.infra.lag.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.runtime.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** More partitions than are read at a time, some of which give nothing. */
class RecordTimesTest {
  private static final int PARTITIONS = 450;
  private static final long END = 100;

  private final ManualTime time = new ManualTime();
  private final Set<TopicPartition> silent = new HashSet<>();
  private final Set<TopicPartition> unreadable = new HashSet<>();
  private final List<Set<TopicPartition>> assignments = new ArrayList<>();
  private final RecordTimes times = new RecordTimes(new Log(), time::nanos);

  /**
   * Gives one record of each partition in a poll; its timestamp is told by partition and offset.
   */
  private final class Log extends MockConsumer<Void, Void> {
    /** Kafka's own mock takes a partition for paused even after the next assignment. */
    private final Set<TopicPartition> answered = new HashSet<>();

    Log() {
      super("none");
    }

    @Override
    public synchronized void assign(Collection<TopicPartition> partitions) {
      assignments.add(Set.copyOf(partitions));
      answered.clear();
      super.assign(partitions);
      Map<TopicPartition, Long> beginnings = new HashMap<>();
      partitions.forEach(partition -> beginnings.put(partition, 0L));
      updateBeginningOffsets(beginnings);
    }

    @Override
    public synchronized void pause(Collection<TopicPartition> partitions) {
      answered.addAll(partitions);
    }

    @Override
    public synchronized ConsumerRecords<Void, Void> poll(Duration timeout) {
      Set<TopicPartition> wanted = new HashSet<>(assignment());
      wanted.removeAll(answered);
      wanted.removeAll(silent);
      if (!Collections.disjoint(wanted, unreadable)) {
        throw new KafkaException("a batch cannot be read");
      }
      if (wanted.isEmpty()) {
        time.advance(timeout);
      }
      wanted.forEach(partition -> addRecord(record(partition, position(partition))));
      return super.poll(timeout);
    }
  }

  private static ConsumerRecord<Void, Void> record(TopicPartition partition, long offset) {
    return new ConsumerRecord<>(
        partition.topic(),
        partition.partition(),
        offset,
        timestamp(partition, offset),
        TimestampType.CREATE_TIME,
        0,
        0,
        null,
        null,
        new RecordHeaders(),
        Optional.empty());
  }

  private static long timestamp(TopicPartition partition, long offset) {
    return partition.partition() * 1_000L + offset;
  }

  private static TopicPartition partition(int number) {
    return new TopicPartition("t", number);
  }

  private Map<TopicPartition, OffsetTimes> read(long... offsets) {
    Map<TopicPartition, OffsetTimes> wanted = new HashMap<>();
    Map<TopicPartition, ClusterState.Log> logs = new HashMap<>();
    IntStream.range(0, PARTITIONS)
        .mapToObj(RecordTimesTest::partition)
        .forEach(
            partition -> {
              OffsetTimes each = new OffsetTimes();
              for (long offset : offsets) {
                each.want(offset);
              }
              wanted.put(partition, each);
              logs.put(partition, new ClusterState.Log(0, END, END));
            });
    times.read(wanted, logs);
    return wanted;
  }

  @Test
  void manyPartitionsAreReadAFewAtATime() {
    Map<TopicPartition, OffsetTimes> read = read(7, 3, 7);

    assertThat(assignments).allSatisfy(each -> assertThat(each).hasSizeLessThanOrEqualTo(200));
    assertThat(read)
        .hasSize(PARTITIONS)
        .allSatisfy(
            (partition, each) -> {
              assertThat(each.at(3)).isEqualTo(timestamp(partition, 3));
              assertThat(each.at(7)).isEqualTo(timestamp(partition, 7));
              assertThat(each.at(4)).isEqualTo(OffsetTimes.UNKNOWN);
            });
  }

  @Test
  void aRecordIsReadOnceAsLongAsItIsWanted() {
    read(3);
    assignments.clear();

    assertThat(read(3).get(partition(9)).at(3)).isEqualTo(timestamp(partition(9), 3));
    assertThat(assignments).isEmpty();
  }

  @Test
  void whatLiesBeyondTheStableEndIsNotKnown() {
    assertThat(read(END, END + 5).get(partition(9)).at(END)).isEqualTo(OffsetTimes.UNKNOWN);
    assertThat(assignments).isEmpty();
  }

  @Test
  void partitionsThatGaveNothingComeLastAndKeepNoOtherWaiting() {
    IntStream.range(0, 150).mapToObj(RecordTimesTest::partition).forEach(silent::add);

    Map<TopicPartition, OffsetTimes> first = read(3);
    assignments.clear();
    Map<TopicPartition, OffsetTimes> second = read(4);

    assertThat(first.get(partition(0)).at(3)).isEqualTo(OffsetTimes.UNKNOWN);
    assertThat(first.get(partition(200)).at(3)).isEqualTo(timestamp(partition(200), 3));
    assertThat(assignments.get(0)).doesNotContainAnyElementsOf(silent);
    assertThat(silent).containsAll(assignments.get(2));
    assertThat(second.get(partition(200)).at(4)).isEqualTo(timestamp(partition(200), 4));
  }

  @Test
  void whatCannotBeReadKeepsNoOtherFromBeingRead() {
    unreadable.addAll(List.of(partition(5), partition(300), partition(301)));

    assertThat(read(3))
        .allSatisfy(
            (partition, each) ->
                assertThat(each.at(3))
                    .isEqualTo(
                        unreadable.contains(partition)
                            ? OffsetTimes.UNKNOWN
                            : timestamp(partition, 3)));
  }
}

package io.hydra.serving.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.runtime.time.ManualTime;
import io.hydra.serving.testing.FakeBrokers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

class PartitionCountsTest {
  @Test
  void aTopicThatCannotBeToldForWhateverReasonHoldsUpNoOther() {
    PartitionCounts counts =
        FakeBrokers.counts(
            topic -> {
              if (topic.equals("bad")) {
                throw new IllegalStateException("the client is broken");
              }
              return 8;
            });
    refresh(counts, List.of("bad", "good"));
    assertThat(counts.of("bad")).isZero();
    assertThat(counts.of("good")).isEqualTo(8);
  }

  @Test
  void aTopicIsAbsentOnlyWhereTheBrokersSaidSo() {
    Map<String, RuntimeException> faults = new HashMap<>();
    PartitionCounts counts =
        FakeBrokers.counts(
            topic -> {
              if (faults.containsKey(topic)) {
                throw faults.get(topic);
              }
              return 8;
            });
    List<String> topics = List.of("gone", "away");
    refresh(counts, topics);
    faults.put("gone", new UnknownTopicOrPartitionException());
    faults.put("away", new TimeoutException("no metadata"));
    refresh(counts, topics);
    // One broker may be behind.
    assertThat(counts.isAbsent("gone")).isFalse();
    assertThat(counts.of("gone")).isEqualTo(8);
    refresh(counts, topics);
    assertThat(counts.isAbsent("gone")).isTrue();
    assertThat(counts.of("gone")).isZero();
    assertThat(counts.isAbsent("away")).isFalse();
    assertThat(counts.of("away")).isEqualTo(8);
    assertThat(counts.isAbsent("never asked for")).isFalse();
    faults.clear();
    refresh(counts, topics);
    assertThat(counts.isAbsent("gone")).isFalse();
  }

  @Test
  void countsAreKeptFresh() {
    ManualTime time = new ManualTime();
    AtomicInteger partitions = new AtomicInteger(1);
    PartitionCounts counts = FakeBrokers.counts(topic -> partitions.get());
    assertThat(counts.keepFresh(List.of("a"), Duration.ofSeconds(30), Runnable::run, time))
        .isCompleted();
    partitions.set(2);
    assertThat(counts.of("a")).isEqualTo(1);
    time.advance(Duration.ofSeconds(30));
    assertThat(counts.of("a")).isEqualTo(2);
    partitions.set(3);
    time.advance(Duration.ofSeconds(30));
    assertThat(counts.of("a")).isEqualTo(3);
  }

  private static void refresh(PartitionCounts counts, List<String> topics) {
    try {
      counts.learn(topics);
    } catch (KafkaException e) {
      // What the brokers did tell counts.
    }
  }
}

package io.hydra.serving.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.serving.testing.FakeBrokers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    counts.refresh(List.of("bad", "good"));
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
    counts.refresh(topics);
    faults.put("gone", new UnknownTopicOrPartitionException());
    faults.put("away", new TimeoutException("no metadata"));
    counts.refresh(topics);
    // One broker may be behind.
    assertThat(counts.isAbsent("gone")).isFalse();
    assertThat(counts.of("gone")).isEqualTo(8);
    counts.refresh(topics);
    assertThat(counts.isAbsent("gone")).isTrue();
    assertThat(counts.of("gone")).isZero();
    assertThat(counts.isAbsent("away")).isFalse();
    assertThat(counts.of("away")).isEqualTo(8);
    assertThat(counts.isAbsent("never asked for")).isFalse();
    faults.clear();
    counts.refresh(topics);
    assertThat(counts.isAbsent("gone")).isFalse();
  }
}

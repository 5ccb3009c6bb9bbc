package io.hydra.trainer.head;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class RecordTimestampsTest {
  private static long extract(long timestamp, long partitionTime) {
    return HeadsTopology.TIMESTAMPS.extract(
        new ConsumerRecord<>(
            "t",
            0,
            0,
            timestamp,
            TimestampType.CREATE_TIME,
            0,
            0,
            null,
            null,
            new RecordHeaders(),
            Optional.empty()),
        partitionTime);
  }

  @Test
  void aRecordHasItsOwnTimestamp() {
    assertThat(extract(7, 9)).isEqualTo(7);
  }

  @Test
  void aRecordWithoutATimestampHasThatOfTheStreamAndNeverANegativeOne() {
    assertThat(extract(-1, 9)).isEqualTo(9);
    assertThat(extract(-1, -1)).isZero();
  }
}

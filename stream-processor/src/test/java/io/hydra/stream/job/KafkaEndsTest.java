package io.hydra.stream.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.topic.Topic;
import io.hydra.stream.Events;
import io.hydra.stream.event.DeadLetter;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.record.AbstractRecords;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.RecordBatch;
import org.junit.jupiter.api.Test;

class KafkaEndsTest {
  private static final int TOPIC_LIMIT =
      Integer.parseInt(
          Topic.EVENTS_DLQ
              .asNewTopic(1, (short) 1)
              .configs()
              .get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG));

  @Test
  void deadLetterOfAnySizePassesTheProducersLimitAndTheTopics() {
    for (int bytes = TOPIC_LIMIT - 70_000; bytes < TOPIC_LIMIT + 10_000; bytes += 500) {
      assertThat(sizeAsWritten(bytes)).as("value of %d bytes", bytes).isLessThan(TOPIC_LIMIT);
    }
    assertThat(sizeAsWritten(3 * 1024 * 1024)).isLessThan(1000);
  }

  private static int sizeAsWritten(int valueBytes) {
    DeadLetter letter =
        DeadLetter.of(
            Events.raw(Events.utf8("acme:ann"), new byte[valueBytes]),
            new RejectedRecordException("why"));
    ProducerRecord<byte[], byte[]> record =
        KafkaEnds.deadLetterSchema().serialize(letter, null, null);
    return AbstractRecords.estimateSizeInBytesUpperBound(
        RecordBatch.CURRENT_MAGIC_VALUE,
        CompressionType.NONE,
        record.key(),
        record.value(),
        record.headers().toArray());
  }
}

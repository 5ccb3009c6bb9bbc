package io.hydra.trainer.head;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Takes a record's own timestamp; that of the stream where it has none. Kafka Streams itself would
 * end the thread at such a record, again and again, and anybody may write one.
 */
final class RecordTimestamps implements TimestampExtractor {
  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    return Math.max(0, record.timestamp() >= 0 ? record.timestamp() : partitionTime);
  }
}

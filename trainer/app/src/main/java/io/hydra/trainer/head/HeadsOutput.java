package io.hydra.trainer.head;

import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.topic.ConsumerGroups;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** What a processor of {@link HeadsTopology} sends on, keyed as the record that it is due to. */
final class HeadsOutput {
  private final ProcessorContext<byte[], byte[]> context;
  private final Serializer<UserHeads> serializer;
  private final String deadLetterSink;

  HeadsOutput(
      ProcessorContext<byte[], byte[]> context,
      Serializer<UserHeads> serializer,
      String deadLetterSink) {
    this.context = context;
    this.serializer = serializer;
    this.deadLetterSink = deadLetterSink;
  }

  void heads(Record<byte[], byte[]> cause, UserHeads heads) {
    context.forward(cause.withValue(serializer.serialize(null, heads)), HeadsTopology.HEADS_SINK);
  }

  /** The user has no heads. */
  void tombstone(Record<byte[], byte[]> cause) {
    context.forward(cause.withValue((byte[]) null), HeadsTopology.HEADS_SINK);
  }

  void deadLetter(Record<byte[], byte[]> record, RejectedRecordException why) {
    RecordMetadata at = context.recordMetadata().orElseThrow();
    DeadLetters.Origin origin =
        new DeadLetters.Origin(
            at.topic(), at.partition(), at.offset(), record.timestamp(), ConsumerGroups.TRAINER);
    context.forward(
        record.withHeaders(DeadLetters.headers(record.headers(), origin, why, 1)), deadLetterSink);
  }
}

package io.hydra.trainer.head;

import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** What a processor of {@link HeadsTopology} sends on, keyed as the record that it is due to. */
final class HeadsOutput {
  private final ProcessorContext<byte[], byte[]> context;
  private final Serializer<UserHeads> serializer;
  private final Topic source;
  private final String deadLetterSink;
  private final LetterLimit letterLimit;
  private final TrainerMetrics metrics;

  HeadsOutput(
      ProcessorContext<byte[], byte[]> context,
      Serializer<UserHeads> serializer,
      Topic source,
      String deadLetterSink,
      LetterLimit letterLimit,
      TrainerMetrics metrics) {
    this.context = context;
    this.serializer = serializer;
    this.source = source;
    this.deadLetterSink = deadLetterSink;
    this.letterLimit = letterLimit;
    this.metrics = metrics;
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
    ProducerRecord<byte[], byte[]> letter =
        DeadLetters.fitting(
            DeadLetters.ladder(
                source.deadLetters().topicName(),
                record.key(),
                record.value(),
                record.headers(),
                DeadLetters.reason(origin, why)),
            letterLimit.bytes());
    metrics.deadLetter(letter.topic());
    context.forward(
        new Record<>(letter.key(), letter.value(), record.timestamp(), letter.headers()),
        deadLetterSink);
  }
}

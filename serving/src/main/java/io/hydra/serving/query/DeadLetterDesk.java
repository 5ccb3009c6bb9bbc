package io.hydra.serving.query;

import static io.hydra.schemas.topic.HydraHeaders.utf8;

import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import io.hydra.serving.async.Failures;
import io.hydra.serving.consume.Accepted;
import io.hydra.serving.reply.Outbox;
import io.hydra.serving.reply.UndeliverableException;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Produces dead letters, with as much of the record as their topic takes. */
final class DeadLetterDesk {
  private static final Logger log = LoggerFactory.getLogger(DeadLetterDesk.class);

  private final Outbox outbox;

  DeadLetterDesk(Outbox outbox) {
    this.outbox = outbox;
  }

  /** The whole record; where that is too large without its value; at the least its origin. */
  CompletableFuture<Void> whole(Accepted accepted, RejectedRecordException why) {
    note(accepted, why);
    ProducerRecord<byte[], byte[]> letter =
        DeadLetters.of(Topic.QUERIES, accepted.record(), ConsumerGroups.SERVING, why);
    ProducerRecord<byte[], byte[]> withoutValue =
        new ProducerRecord<>(letter.topic(), null, null, letter.key(), null, letter.headers());
    withoutValue.headers().add(DeadLetters.DROPPED, utf8(DeadLetters.VALUE));
    return send(accepted, letter)
        .exceptionallyCompose(
            error ->
                Failures.unwrap(error) instanceof UndeliverableException e && e.isTooLarge()
                    ? send(accepted, withoutValue)
                    : CompletableFuture.failedFuture(error))
        .exceptionallyCompose(
            error ->
                Failures.unwrap(error) instanceof UndeliverableException
                    ? insist(accepted, why)
                    : CompletableFuture.failedFuture(error));
  }

  /** Only where the record lies and why: for one whose very key may be too large. */
  CompletableFuture<Void> originAlone(Accepted accepted, RejectedRecordException why) {
    note(accepted, why);
    return insist(accepted, why);
  }

  private CompletableFuture<Void> send(Accepted accepted, ProducerRecord<byte[], byte[]> letter) {
    return outbox.send(letter, accepted.fence()::isRevoked);
  }

  private CompletableFuture<Void> insist(Accepted accepted, RejectedRecordException why) {
    ConsumerRecord<byte[], byte[]> record = accepted.record();
    DeadLetters.Origin origin =
        new DeadLetters.Origin(
            record.topic(),
            record.partition(),
            record.offset(),
            record.timestamp(),
            ConsumerGroups.SERVING);
    Headers headers = DeadLetters.headers(new RecordHeaders(), origin, why, 1);
    headers.add(DeadLetters.DROPPED, utf8(DeadLetters.ALL_BUT_ORIGIN));
    String topic = Topic.QUERIES.deadLetters().topicName();
    return outbox.insist(
        new ProducerRecord<>(topic, null, null, null, null, headers), accepted.fence()::isRevoked);
  }

  private static void note(Accepted accepted, RejectedRecordException why) {
    ConsumerRecord<byte[], byte[]> record = accepted.record();
    log.warn(
        "dead letter from {}-{} at {}: {}",
        record.topic(),
        record.partition(),
        record.offset(),
        why.getMessage());
  }
}

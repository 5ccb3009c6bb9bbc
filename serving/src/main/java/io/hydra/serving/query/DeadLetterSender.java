package io.hydra.serving.query;

import static io.hydra.serving.query.ReplySender.orElse;

import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import io.hydra.serving.consume.Accepted;
import io.hydra.serving.reply.Outbox;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Produces dead letters, with as much of the record as their topic takes. */
final class DeadLetterSender {
  private static final Logger log = LoggerFactory.getLogger(DeadLetterSender.class);

  private final Outbox outbox;

  DeadLetterSender(Outbox outbox) {
    this.outbox = outbox;
  }

  /** Sends the whole record; where that is too large, without its value; at least its origin. */
  CompletableFuture<Void> whole(Accepted accepted, RejectedRecordException why) {
    List<ProducerRecord<byte[], byte[]>> ladder = ladder(accepted, why);
    CompletableFuture<Void> sent = outbox.send(ladder.get(0), accepted.revoked());
    CompletableFuture<Void> shortened =
        orElse(
            sent,
            refused ->
                refused.isTooLarge()
                    ? outbox.send(ladder.get(1), accepted.revoked())
                    : CompletableFuture.failedFuture(refused));
    return orElse(shortened, refused -> outbox.insist(ladder.get(2), accepted.revoked()));
  }

  /** Sends only where the record lies and why: for one whose very key may be too large. */
  CompletableFuture<Void> originAlone(Accepted accepted, RejectedRecordException why) {
    return outbox.insist(ladder(accepted, why).get(2), accepted.revoked());
  }

  /** Whole, without its value, its origin alone. */
  private static List<ProducerRecord<byte[], byte[]>> ladder(
      Accepted accepted, RejectedRecordException why) {
    ConsumerRecord<byte[], byte[]> record = accepted.record();
    log.warn(
        "dead letter from {}-{} at {}: {}",
        record.topic(),
        record.partition(),
        record.offset(),
        why.getMessage());
    return DeadLetters.ladder(Topic.QUERIES, record, ConsumerGroups.SERVING, why);
  }
}

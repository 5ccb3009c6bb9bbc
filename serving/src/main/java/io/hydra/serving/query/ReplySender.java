package io.hydra.serving.query;

import static io.hydra.serving.reply.Outbox.orElse;

import io.hydra.serving.answer.Question;
import io.hydra.serving.reply.Outbox;
import io.hydra.serving.reply.Outbox.UndeliverableException;
import io.hydra.serving.reply.PartitionCounts;
import io.hydra.serving.reply.ReplyRouter.Route;
import io.hydra.serving.reply.ResponseCodec;
import io.hydra.serving.reply.ResponseCodec.Reply;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Sends a reply to the topic that its query named; where that does not take it, tells the topic of
 * all that there was one.
 *
 * @param responses for the topic of all, which is waited for
 * @param elsewhere for each topic that queries may name, which may be missing or closed to us
 * @param topics knows which of them is missing
 */
public record ReplySender(
    Outbox responses,
    Map<String, Outbox> elsewhere,
    PartitionCounts topics,
    ResponseCodec codec,
    Clock clock) {
  /** A reply topic gets this long even where the query's own time is up. */
  static final Duration LEAST_PATIENCE = Duration.ofSeconds(5);

  /**
   * @return the reply that a topic has, once it has it or the partition was revoked; fails with
   *     {@link UndeliverableException} if not even the topic of all takes one
   */
  CompletableFuture<Reply> send(Question question, Reply reply) {
    Route asked = question.route();
    if (asked.isStray()) {
      return sendOrShorten(
          question, asked, withhold(reply, "serving does not write the reply topic"));
    }
    CompletableFuture<Reply> sent = sendOrShorten(question, asked, reply);
    return asked.isDefault()
        ? sent
        : orElse(
            sent,
            refused ->
                sendOrShorten(
                    question,
                    asked.toAll(),
                    withhold(reply, "the reply topic " + refused.getMessage())));
  }

  private CompletableFuture<Reply> sendOrShorten(Question question, Route route, Reply reply) {
    return orElse(
        produce(question, route, reply),
        refused ->
            refused.isTooLarge()
                ? produce(
                    question,
                    route,
                    codec.shorten(
                        reply,
                        "the answer is larger than its topic takes: raise max.message.bytes"))
                : CompletableFuture.failedFuture(refused));
  }

  private CompletableFuture<Reply> produce(Question question, Route route, Reply reply) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            route.topic(),
            route.partition(),
            null,
            question.key(),
            reply.bytes(),
            route.headers(question.key(), question.query(), reply.response()));
    if (route.isDefault()) {
      return responses.send(record, question.deadline().abandoned()).thenApply(done -> reply);
    }
    if (topics.isAbsent(route.topic())) {
      return CompletableFuture.failedFuture(UndeliverableException.ofMissingTopic());
    }
    Duration left = question.deadline().left(clock);
    Duration patience = left.compareTo(LEAST_PATIENCE) > 0 ? left : LEAST_PATIENCE;
    return elsewhere
        .get(route.topic())
        .send(record, question.deadline().abandoned(), patience)
        .thenApply(done -> reply);
  }

  /** A query that names a topic of its own does not want its answer read by all. */
  private Reply withhold(Reply reply, String why) {
    return codec.withhold(reply, why + ": text, candidates and items are left out here");
  }
}

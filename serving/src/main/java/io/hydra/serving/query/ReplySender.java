package io.hydra.serving.query;

import io.hydra.runtime.failure.Failures;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.serving.answer.Answerer;
import io.hydra.serving.answer.Question;
import io.hydra.serving.answer.Reply;
import io.hydra.serving.reply.Outbox;
import io.hydra.serving.reply.ReplyRoute;
import io.hydra.serving.reply.ReplyRouter;
import io.hydra.serving.reply.ResponseHeaders;
import io.hydra.serving.reply.UndeliverableException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Brings a reply to the topic that its query named; where that does not take it, the topic of all
 * is told that there was one; where that does not take it either, a dead letter tells where the
 * query lies.
 */
final class ReplySender {
  /** A reply topic gets this long even where the query's own time is up. */
  static final Duration LEAST_PATIENCE = Duration.ofSeconds(5);

  private final Outbox responses;
  private final Map<String, Outbox> elsewhere;
  private final Predicate<String> isAbsent;
  private final ReplyRouter router;
  private final Answerer answerer;
  private final DeadLetterDesk deadLetters;
  private final Clock clock;

  /**
   * @param responses for the topic of all, which is waited for
   * @param elsewhere for each topic that queries may name, which may be missing or closed to us
   * @param isAbsent whether a topic is known to be missing
   */
  ReplySender(
      Outbox responses,
      Map<String, Outbox> elsewhere,
      Predicate<String> isAbsent,
      ReplyRouter router,
      Answerer answerer,
      DeadLetterDesk deadLetters,
      Clock clock) {
    this.responses = responses;
    this.elsewhere = Map.copyOf(elsewhere);
    this.isAbsent = isAbsent;
    this.router = router;
    this.answerer = answerer;
    this.deadLetters = deadLetters;
    this.clock = clock;
  }

  CompletableFuture<Void> send(Inquiry inquiry, Reply reply) {
    ReplyRoute asked = inquiry.route();
    CompletableFuture<Void> sent =
        sendOrShorten(
            inquiry,
            asked,
            asked.isStray() ? withheld(reply, "serving does not write the reply topic") : reply);
    if (!asked.isDefault()) {
      sent =
          orElse(
              sent,
              refused ->
                  sendOrShorten(
                      inquiry,
                      router.defaultRoute(),
                      withheld(reply, "the reply topic " + refused.getMessage())));
    }
    return orElse(sent, refused -> deadLetters.originAlone(inquiry.accepted(), unanswerable()));
  }

  private CompletableFuture<Void> sendOrShorten(Inquiry inquiry, ReplyRoute route, Reply reply) {
    return orElse(
        produce(inquiry, route, reply),
        refused ->
            refused.isTooLarge()
                ? produce(inquiry, route, withoutAnswer(inquiry.question()))
                : CompletableFuture.failedFuture(refused));
  }

  private CompletableFuture<Void> produce(Inquiry inquiry, ReplyRoute route, Reply reply) {
    byte[] key = inquiry.accepted().record().key();
    Question question = inquiry.question();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            route.topic(),
            route.partition(),
            null,
            key,
            reply.bytes(),
            ResponseHeaders.of(inquiry.carried(), key, question.query(), reply.response()));
    if (route.isDefault()) {
      return responses.send(record, question.revoked());
    }
    if (isAbsent.test(route.topic())) {
      return CompletableFuture.failedFuture(
          new UndeliverableException("does not exist: create it", false, null));
    }
    Duration left = Duration.between(clock.instant(), question.deadline());
    Duration patience = left.compareTo(LEAST_PATIENCE) > 0 ? left : LEAST_PATIENCE;
    return elsewhere.get(route.topic()).send(record, question.revoked(), patience);
  }

  private static CompletableFuture<Void> orElse(
      CompletableFuture<Void> sent,
      Function<UndeliverableException, CompletableFuture<Void>> next) {
    return sent.exceptionallyCompose(
        error ->
            Failures.unwrap(error) instanceof UndeliverableException refused
                ? next.apply(refused)
                : CompletableFuture.failedFuture(error));
  }

  /** A query that names a topic of its own does not want its answer read by all. */
  private Reply withheld(Reply reply, String why) {
    return answerer.withheld(reply, why + ": text, candidates and items are left out here");
  }

  private Reply withoutAnswer(Question question) {
    return answerer.internalError(
        question, "the answer is larger than its topic takes: raise max.message.bytes");
  }

  private static RejectedRecordException unanswerable() {
    return new RejectedRecordException(
        "no response to this record is taken by its topic: send tenant:user_id as the key, and see"
            + " the log of the broker");
  }
}

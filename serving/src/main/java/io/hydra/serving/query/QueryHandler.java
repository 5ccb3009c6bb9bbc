package io.hydra.serving.query;

import io.hydra.schemas.avro.Query;
import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import io.hydra.serving.answer.Answerer;
import io.hydra.serving.answer.Question;
import io.hydra.serving.answer.Reply;
import io.hydra.serving.async.Failures;
import io.hydra.serving.consume.Accepted;
import io.hydra.serving.consume.RecordHandler;
import io.hydra.serving.reply.Outbox;
import io.hydra.serving.reply.ReplyRoute;
import io.hydra.serving.reply.ReplyRouter;
import io.hydra.serving.reply.ResponseHeaders;
import io.hydra.serving.time.Backoff;
import io.hydra.serving.time.StageClock;
import io.hydra.serving.time.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a record of the queries topic to an acknowledged response, or a dead letter. */
public final class QueryHandler implements RecordHandler {
  private static final Logger log = LoggerFactory.getLogger(QueryHandler.class);
  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

  private final ThreadLocal<RegistryDeserializer<Query>> deserializer;
  private final Answerer answerer;
  private final ReplyRouter router;
  private final Outbox outbox;
  private final Executor io;
  private final Timer timer;
  private final Backoff backoff;
  private final LongSupplier nanos;
  private volatile boolean registryAway;

  /**
   * @param deserializer makes one for each thread
   * @param io may block on the registry and on Redis
   * @param nanos the monotonic clock that records are accepted by
   */
  public QueryHandler(
      Supplier<RegistryDeserializer<Query>> deserializer,
      Answerer answerer,
      ReplyRouter router,
      Outbox outbox,
      Executor io,
      Timer timer,
      Backoff backoff,
      LongSupplier nanos) {
    this.deserializer = ThreadLocal.withInitial(deserializer);
    this.answerer = answerer;
    this.router = router;
    this.outbox = outbox;
    this.io = io;
    this.timer = timer;
    this.backoff = backoff;
    this.nanos = nanos;
  }

  @Override
  public CompletableFuture<Void> handle(Accepted accepted) {
    return attempt(accepted, 0);
  }

  private CompletableFuture<Void> attempt(Accepted accepted, int retry) {
    if (accepted.fence().isRevoked()) {
      return DONE;
    }
    Query query;
    try {
      query = deserializer.get().deserialize(accepted.record().value());
    } catch (UndecodableRecordException e) {
      return deadLetter(accepted, e);
    } catch (RegistryUnavailableException e) {
      return later(accepted, retry);
    }
    noteRegistry(false);
    return answer(accepted, query);
  }

  private CompletableFuture<Void> answer(Accepted accepted, Query query) {
    ConsumerRecord<byte[], byte[]> record = accepted.record();
    ReplyRoute route = router.route(record.headers());
    Question question =
        new Question(
            query,
            record.key(),
            route.complaints(),
            new StageClock(nanos, accepted.acceptedNanos()),
            accepted.fence()::isRevoked);
    return answerer
        .answer(question)
        .thenCompose(
            reply ->
                send(accepted, route, reply)
                    .exceptionallyCompose(
                        error -> tooLarge(accepted, route, question, Failures.unwrap(error))));
  }

  private CompletableFuture<Void> send(Accepted accepted, ReplyRoute route, Reply reply) {
    ConsumerRecord<byte[], byte[]> record = accepted.record();
    return outbox.send(
        new ProducerRecord<>(
            route.topic(),
            route.partition(),
            null,
            record.key(),
            reply.bytes(),
            ResponseHeaders.of(record.headers(), record.key(), reply.response())),
        accepted.fence()::isRevoked);
  }

  private CompletableFuture<Void> tooLarge(
      Accepted accepted, ReplyRoute route, Question question, Throwable error) {
    if (!(error instanceof RecordTooLargeException)) {
      return CompletableFuture.failedFuture(error);
    }
    String reason = "the answer is larger than its topic takes: raise max.message.bytes";
    return send(accepted, route, answerer.internalError(question, reason));
  }

  private CompletableFuture<Void> deadLetter(Accepted accepted, UndecodableRecordException why) {
    ConsumerRecord<byte[], byte[]> record = accepted.record();
    log.warn(
        "dead letter from {}-{} at {}: {}",
        record.topic(),
        record.partition(),
        record.offset(),
        why.getMessage());
    ProducerRecord<byte[], byte[]> letter =
        DeadLetters.of(Topic.QUERIES, record, ConsumerGroups.SERVING, why);
    return outbox
        .send(letter, accepted.fence()::isRevoked)
        .exceptionallyCompose(
            error ->
                Failures.unwrap(error) instanceof RecordTooLargeException
                    ? outbox.send(withoutValue(letter), accepted.fence()::isRevoked)
                    : CompletableFuture.failedFuture(error));
  }

  /** The headers made it too large; where the value still lies, they tell. */
  private static ProducerRecord<byte[], byte[]> withoutValue(
      ProducerRecord<byte[], byte[]> letter) {
    return new ProducerRecord<>(letter.topic(), null, null, letter.key(), null, letter.headers());
  }

  /** Keeps its place among the records in flight, and so holds the consumer back. */
  private CompletableFuture<Void> later(Accepted accepted, int retry) {
    noteRegistry(true);
    CompletableFuture<Void> due = new CompletableFuture<>();
    Timer.Task unused = timer.after(backoff.delay(retry), () -> due.complete(null));
    return due.thenComposeAsync(ignored -> attempt(accepted, retry + 1), io);
  }

  private void noteRegistry(boolean away) {
    if (away != registryAway) {
      registryAway = away;
      log.info("the schema registry {}", away ? "does not answer, trying on" : "answers again");
    }
  }
}

package io.hydra.serving.query;

import io.hydra.schemas.avro.Query;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.serving.answer.Answerer;
import io.hydra.serving.answer.Question;
import io.hydra.serving.answer.Reply;
import io.hydra.serving.consume.Accepted;
import io.hydra.serving.consume.RecordHandler;
import io.hydra.serving.reply.CarriedHeaders;
import io.hydra.serving.reply.Outbox;
import io.hydra.serving.reply.ReplyRoute;
import io.hydra.serving.reply.ReplyRouter;
import io.hydra.serving.reply.ResponseHeaders;
import io.hydra.serving.time.Backoff;
import io.hydra.serving.time.StageClock;
import io.hydra.serving.time.Timer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
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
  private final DeadLetterDesk deadLetters;
  private final Absence registry = new Absence("the schema registry");
  private final Absence brokers = new Absence("the broker that knows the reply topic");

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
    this.deadLetters = new DeadLetterDesk(outbox);
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
      return deadLetters.whole(accepted, e);
    } catch (RegistryUnavailableException e) {
      registry.note(true);
      return later(accepted, retry);
    }
    registry.note(false);
    ReplyRoute route;
    try {
      route = router.route(accepted.record().headers());
    } catch (RetriableException e) {
      brokers.note(true);
      return later(accepted, retry);
    }
    brokers.note(false);
    return answer(accepted, query, route);
  }

  private CompletableFuture<Void> answer(Accepted accepted, Query query, ReplyRoute route) {
    ConsumerRecord<byte[], byte[]> record = accepted.record();
    CarriedHeaders carried = CarriedHeaders.of(record.headers());
    Question question =
        new Question(
            query,
            record.key(),
            Stream.of(route.complaints(), carried.complaints()).flatMap(List::stream).toList(),
            new StageClock(nanos, accepted.acceptedNanos()),
            accepted.fence()::isRevoked);
    Function<Reply, CompletableFuture<Void>> send =
        reply ->
            outbox.send(
                new ProducerRecord<>(
                    route.topic(),
                    route.partition(),
                    null,
                    record.key(),
                    reply.bytes(),
                    ResponseHeaders.of(carried, record.key(), query, reply.response())),
                accepted.fence()::isRevoked);
    return answerer
        .answer(question)
        .thenCompose(send)
        .exceptionallyCompose(Outbox.ifTooLarge(() -> send.apply(withoutAnswer(question))))
        .exceptionallyCompose(
            Outbox.ifTooLarge(() -> deadLetters.originAlone(accepted, unanswerable())));
  }

  private Reply withoutAnswer(Question question) {
    return answerer.internalError(
        question, "the answer is larger than its topic takes: raise max.message.bytes");
  }

  private static RejectedRecordException unanswerable() {
    return new RejectedRecordException(
        "no response with this record's key fits the reply topic: send tenant:user_id as the key");
  }

  /** Keeps its place among the records in flight, and so holds the consumer back. */
  private CompletableFuture<Void> later(Accepted accepted, int retry) {
    CompletableFuture<Void> due = new CompletableFuture<>();
    Timer.Task unused = timer.after(backoff.delay(retry), () -> due.complete(null));
    return due.thenComposeAsync(ignored -> attempt(accepted, retry + 1), io);
  }

  /** Something that is waited for; logged when it goes and when it is back. */
  private static final class Absence {
    private final AtomicBoolean away = new AtomicBoolean();
    private final String name;

    Absence(String name) {
      this.name = name;
    }

    void note(boolean isAway) {
      if (away.get() != isAway && away.compareAndSet(!isAway, isAway)) {
        log.info("{} {}", name, isAway ? "does not answer, trying on" : "answers again");
      }
    }
  }
}

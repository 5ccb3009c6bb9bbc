package io.hydra.serving.query;

import static io.hydra.serving.reply.Outbox.orElse;

import io.hydra.llm.Deadline;
import io.hydra.runtime.failure.Failures;
import io.hydra.runtime.trace.Tracing;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import io.hydra.serving.answer.AnswerPipeline;
import io.hydra.serving.answer.Question;
import io.hydra.serving.answer.Question.StageClock;
import io.hydra.serving.consume.Job;
import io.hydra.serving.consume.Job.Accepted;
import io.hydra.serving.policy.Policies;
import io.hydra.serving.policy.Policy;
import io.hydra.serving.query.QueryDecoder.Decoded;
import io.hydra.serving.reply.Outbox;
import io.hydra.serving.reply.Outbox.ProducerFailedException;
import io.hydra.serving.reply.Outbox.UndeliverableException;
import io.hydra.serving.reply.ReplyRouter;
import io.hydra.serving.reply.ResponseCodec.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a record of the queries topic to an acknowledged response, with its exposure where the user
 * was shown a choice, or to a dead letter. Whatever one record causes ends there; only a producer
 * that cannot go on ends more.
 *
 * @param deadLetters the producer of dead letters
 * @param policies that hold when a query is read
 * @param maxTime bounds a query whose own deadline is further away, from when it is read
 * @param nanos the monotonic clock that records are accepted by
 * @param tracing begins a span for each query
 */
public record QueryHandler(
    QueryDecoder decoder,
    AnswerPipeline pipeline,
    ReplyRouter router,
    ReplySender replies,
    ExposureSender exposures,
    Outbox deadLetters,
    Supplier<Policies> policies,
    Duration maxTime,
    Clock clock,
    LongSupplier nanos,
    Tracing tracing,
    Events events) {
  private static final Logger log = LoggerFactory.getLogger(QueryHandler.class);
  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

  /** The memory of a job beside the bytes of its record. */
  private static final int OVERHEAD_BYTES = 1024;

  private static final int MAX_TENANT_BYTES = 64;

  /** A listener to the outcomes of records. Called by any thread, which it must not hold up. */
  public interface Events {
    /** A topic has the response: what was sent in the end, which may say less than was meant. */
    void answered(Response response);

    /** The exposure of a response has come to its end. */
    void exposed(ExposureSender.Outcome outcome);

    /** A record has become a dead letter. */
    void deadLettered();
  }

  /** Looks at a record before it waits for its turn. Never blocks. */
  public Job admit(Accepted accepted) {
    return new QueryJob(accepted);
  }

  private Question question(Accepted accepted, Query query) {
    ConsumerRecord<byte[], byte[]> record = accepted.record();
    Instant now = clock.instant();
    Tracing.Span span =
        tracing
            .process(record.topic(), ConsumerGroups.SERVING, Tracing.of(record.headers()))
            .set("messaging.destination.partition.id", Integer.toString(record.partition()))
            .set("messaging.kafka.offset", record.offset());
    return new Question(
        query,
        record.key(),
        Instant.ofEpochMilli(Math.max(0, record.timestamp())),
        now,
        new Deadline(deadline(query, now), accepted.revoked()),
        accepted.perhapsAgain(),
        router.route(span.in(record.headers())),
        new StageClock(nanos, accepted.acceptedNanos()),
        span);
  }

  private Instant deadline(Query query, Instant now) {
    Policy policy = policies.get().of(query.getTenant(), query.getTask());
    Duration own = policy.maxDeadline();
    Instant latest = now.plus(own == null || own.compareTo(maxTime) > 0 ? maxTime : own);
    Instant asked =
        query.getDeadline().equals(Question.NO_DEADLINE) && policy.defaultDeadline() != null
            ? now.plus(policy.defaultDeadline())
            : query.getDeadline();
    return asked.isBefore(latest) ? asked : latest;
  }

  private static Accepted withoutValue(Accepted accepted) {
    ConsumerRecord<byte[], byte[]> record = accepted.record();
    ConsumerRecord<byte[], byte[]> emptied =
        new ConsumerRecord<>(
            record.topic(),
            record.partition(),
            record.offset(),
            record.timestamp(),
            record.timestampType(),
            record.serializedKeySize(),
            record.serializedValueSize(),
            record.key(),
            null,
            new RecordHeaders(),
            Optional.empty());
    return new Accepted(
        emptied, accepted.acceptedNanos(), accepted.revoked(), accepted.perhapsAgain());
  }

  /** One record. Written by one thread at a time. */
  private final class QueryJob implements Job {
    private final String tenant;
    private final long bytes;
    private final CompletableFuture<Decoded> decoding;
    private final CompletableFuture<Void> ready;

    /** The record, without its value once that is not needed any more. */
    private volatile Accepted accepted;

    /** The decoded value; null until it is, and where it cannot be. */
    private volatile Question question;

    private volatile RejectedRecordException unreadable;

    QueryJob(Accepted accepted) {
      this.accepted = accepted;
      this.tenant = tenantOf(accepted.record().key());
      this.bytes = sizeOf(accepted.record());
      byte[] value = accepted.record().value();
      this.decoding =
          decoder
              .decodeNow(value)
              .map(CompletableFuture::completedFuture)
              .orElseGet(() -> decoder.decodeLater(value));
      this.ready = decoding.thenAccept(this::settle);
    }

    private void settle(Decoded decoded) {
      try {
        unreadable = decoded.problem();
        if (decoded.query() != null) {
          question = question(accepted, decoded.query());
          accepted = withoutValue(accepted);
        }
      } catch (Throwable e) {
        unreadable = unexpected(e);
      }
    }

    @Override
    public String tenant() {
      return tenant;
    }

    @Override
    public long bytes() {
      return bytes;
    }

    @Override
    public CompletableFuture<Void> ready() {
      return ready;
    }

    @Override
    public long expiresAtNanos() {
      Question read = question;
      if (read == null) {
        return NEVER;
      }
      Duration left = read.deadline().left(clock);
      return nanos.getAsLong() + (left.isNegative() ? 0 : left.toNanos());
    }

    @Override
    public CompletableFuture<Void> run(Runnable turnOver) {
      return ready
          .thenCompose(ignored -> end(pipeline::answer, turnOver))
          .exceptionallyCompose(this::mend);
    }

    @Override
    public CompletableFuture<Void> refuse(Refusal why) {
      // Whom to tell is known only once the registry answers. Waiting for that without a place
      // among what waits would be waiting without a bound.
      CompletableFuture<Void> ended =
          decoding.cancel(false)
              ? DONE.thenCompose(ignored -> deadLetter(noRoom()))
              : ready.thenCompose(ignored -> end(read -> refusal(read, why), () -> {}));
      return ended.exceptionallyCompose(this::mend);
    }

    private CompletableFuture<Void> end(
        Function<Question, CompletableFuture<Reply>> answer, Runnable turnOver) {
      Question read = question;
      if (read == null) {
        return deadLetter(unreadable);
      }
      return accepted.revoked().getAsBoolean()
          ? DONE
          : answer
              .apply(read)
              .thenCompose(reply -> send(read, reply, turnOver))
              .whenComplete(
                  (done, error) -> {
                    if (error != null || accepted.revoked().getAsBoolean()) {
                      pipeline.llm().forget(read.id());
                    }
                    read.span().end();
                  });
    }

    /**
     * Sends the response and the exposure, neither waiting for the other. The user's next query has
     * its turn when the response is acknowledged. This one is done when both are: a process that
     * dies before that has it read again, and both are sent again.
     */
    private CompletableFuture<Void> send(Question read, Reply reply, Runnable turnOver) {
      note(read.span(), reply.response());
      CompletableFuture<Void> answered = replies.send(read, reply).thenAccept(this::countAnswer);
      CompletableFuture<Void> exposed =
          exposures
              .send(read, reply.response(), answered)
              .thenAccept(outcome -> outcome.ifPresent(this::countExposure));
      // Not before: the next query's exposure would overtake this one's.
      CompletableFuture<Void> next = answered.thenRun(turnOver);
      return next.thenCompose(done -> exposed);
    }

    private static void note(Tracing.Span span, Response response) {
      String status = response.getStatus().name();
      span.set("hydra.response.status", status);
      if (response.getText() == null) {
        span.fail(status);
      }
    }

    private void countAnswer(Reply sent) {
      if (!accepted.revoked().getAsBoolean()) {
        events.answered(sent.response());
      }
    }

    private void countExposure(ExposureSender.Outcome outcome) {
      if (!accepted.revoked().getAsBoolean()) {
        events.exposed(outcome);
      }
    }

    /** Sends the whole record; where that is too large, without its value; at least its origin. */
    private CompletableFuture<Void> deadLetter(RejectedRecordException why) {
      BooleanSupplier revoked = accepted.revoked();
      if (revoked.getAsBoolean()) {
        return DONE;
      }
      var ladder = ladder(accepted.record(), why);
      CompletableFuture<Void> shortened =
          orElse(
              deadLetters.send(ladder.get(0), revoked),
              refused ->
                  refused.isTooLarge()
                      ? deadLetters.send(ladder.get(1), revoked)
                      : CompletableFuture.failedFuture(refused));
      return orElse(shortened, refused -> deadLetters.insist(ladder.get(2), revoked))
          .thenRun(this::countDeadLetter);
    }

    /** Ends what failed with a letter of where its record lies: its very key may be too large. */
    private CompletableFuture<Void> mend(Throwable error) {
      Throwable cause = Failures.unwrap(error);
      if (cause instanceof ProducerFailedException) {
        return CompletableFuture.failedFuture(cause);
      }
      RejectedRecordException why =
          cause instanceof UndeliverableException ? unanswerable() : unexpected(cause);
      return deadLetters
          .insist(ladder(accepted.record(), why).get(2), accepted.revoked())
          .thenRun(this::countDeadLetter);
    }

    /** Counts a dead letter, unless the partition was revoked: then it was not sent by us. */
    private void countDeadLetter() {
      if (!accepted.revoked().getAsBoolean()) {
        events.deadLettered();
      }
    }
  }

  /** Whole, without its value, its origin alone. */
  private static List<ProducerRecord<byte[], byte[]>> ladder(
      ConsumerRecord<byte[], byte[]> record, RejectedRecordException why) {
    log.warn(
        "dead letter from {}-{} at {}: {}",
        record.topic(),
        record.partition(),
        record.offset(),
        why.getMessage());
    return DeadLetters.ladder(Topic.QUERIES, record, ConsumerGroups.SERVING, why);
  }

  private CompletableFuture<Reply> refusal(Question question, Job.Refusal why) {
    return switch (why) {
      case EXPIRED -> pipeline.expire(question);
      case KEY_FULL ->
          pipeline.refuse(
              question,
              "as many queries of this user wait as may: ask again when they are answered");
      case TENANT_FULL ->
          pipeline.refuse(question, "as many queries of this tenant wait as may: ask again later");
    };
  }

  private static RejectedRecordException noRoom() {
    return new RejectedRecordException(
        "as many queries of this user or tenant wait as may, and the schema registry has not given"
            + " the schema of this one: send it again when the registry answers");
  }

  private static RejectedRecordException unanswerable() {
    return new RejectedRecordException(
        "no response to this record is taken by its topic: send tenant:user_id as the key, and see"
            + " the log of the broker");
  }

  private static RejectedRecordException unexpected(Throwable error) {
    log.error("a query failed unexpectedly: {}", Failures.traceWithoutMessages(error));
    return new RejectedRecordException(
        "serving failed unexpectedly (%s): see its log"
            .formatted(error.getClass().getSimpleName()));
  }

  /** The tenant that the key names, unchecked as yet: without one, all share the empty tenant. */
  private static String tenantOf(byte[] key) {
    for (int i = 0; key != null && i < Math.min(key.length, MAX_TENANT_BYTES + 1); i++) {
      if (key[i] == ':') {
        return new String(key, 0, i, StandardCharsets.UTF_8);
      }
    }
    return "";
  }

  private static long sizeOf(ConsumerRecord<byte[], byte[]> record) {
    long bytes = Math.max(0, record.serializedKeySize());
    bytes += 2L * Math.max(0, record.serializedValueSize());
    for (Header header : record.headers()) {
      bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
    }
    return OVERHEAD_BYTES + bytes;
  }
}

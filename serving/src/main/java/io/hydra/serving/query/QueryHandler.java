package io.hydra.serving.query;

import io.hydra.runtime.failure.Failures;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.serving.answer.Answerer;
import io.hydra.serving.answer.Question;
import io.hydra.serving.answer.Reply;
import io.hydra.serving.consume.Accepted;
import io.hydra.serving.consume.Job;
import io.hydra.serving.consume.RecordHandler;
import io.hydra.serving.query.Decoded.Readable;
import io.hydra.serving.query.Decoded.Unreadable;
import io.hydra.serving.reply.CarriedHeaders;
import io.hydra.serving.reply.Outbox;
import io.hydra.serving.reply.ProducerFailedException;
import io.hydra.serving.reply.ReplyRoute;
import io.hydra.serving.reply.ReplyRouter;
import io.hydra.serving.time.StageClock;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a record of the queries topic to an acknowledged response, or a dead letter. Whatever one
 * record causes ends there; only a producer that cannot go on ends more.
 */
public final class QueryHandler implements RecordHandler {
  private static final Logger log = LoggerFactory.getLogger(QueryHandler.class);
  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

  /** What a job holds beside the bytes of its record. */
  private static final int OVERHEAD_BYTES = 1024;

  private static final int MAX_TENANT_BYTES = 64;

  private final QueryDecoder decoder;
  private final Answerer answerer;
  private final ReplyRouter router;
  private final Duration maxTime;
  private final Clock clock;
  private final LongSupplier nanos;
  private final DeadLetterDesk deadLetters;
  private final ReplySender replies;

  /**
   * @param responses for responses and dead letters
   * @param elsewhere for responses to each topic that queries may name
   * @param isAbsent whether a topic is known to be missing
   * @param maxTime bounds a query whose own deadline is further away, from when it is read
   * @param nanos the monotonic clock that records are accepted by
   */
  public QueryHandler(
      QueryDecoder decoder,
      Answerer answerer,
      ReplyRouter router,
      Outbox responses,
      Map<String, Outbox> elsewhere,
      Predicate<String> isAbsent,
      Duration maxTime,
      Clock clock,
      LongSupplier nanos) {
    this.decoder = decoder;
    this.answerer = answerer;
    this.router = router;
    this.maxTime = maxTime;
    this.clock = clock;
    this.nanos = nanos;
    this.deadLetters = new DeadLetterDesk(responses);
    this.replies =
        new ReplySender(responses, elsewhere, isAbsent, router, answerer, deadLetters, clock);
  }

  @Override
  public Job admit(Accepted accepted) {
    return new QueryJob(accepted);
  }

  private Inquiry inquiry(Accepted accepted, Query query) {
    ConsumerRecord<byte[], byte[]> record = accepted.record();
    ReplyRoute route = router.route(record.headers());
    CarriedHeaders carried = CarriedHeaders.of(record.headers());
    Instant now = clock.instant();
    Instant latest = now.plus(maxTime);
    Question question =
        new Question(
            query,
            record.key(),
            now,
            query.getDeadline().isBefore(latest) ? query.getDeadline() : latest,
            accepted.perhapsAgain(),
            Stream.of(route.complaints(), carried.complaints()).flatMap(List::stream).toList(),
            new StageClock(nanos, accepted.acceptedNanos()),
            accepted.fence()::isRevoked);
    return new Inquiry(emptied(accepted), question, route, carried);
  }

  private static Accepted emptied(Accepted accepted) {
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
        emptied, accepted.acceptedNanos(), accepted.fence(), accepted.perhapsAgain());
  }

  /** One record. Written by one thread at a time. */
  private final class QueryJob implements Job {
    private final String tenant;
    private final long bytes;
    private final CompletableFuture<Decoded> decoding;
    private final CompletableFuture<Void> ready;

    /** Null once the record's value is not needed any more. */
    private volatile Accepted accepted;

    private volatile Inquiry inquiry;
    private volatile RejectedRecordException unreadable;

    QueryJob(Accepted accepted) {
      this.accepted = accepted;
      this.tenant = tenantOf(accepted.record().key());
      this.bytes = sizeOf(accepted.record());
      byte[] value = accepted.record().value();
      Optional<Decoded> decoded = decoder.decodeNow(value);
      decoded.ifPresent(this::settle);
      this.decoding =
          decoded
              .map(CompletableFuture::completedFuture)
              .orElseGet(() -> decoder.decodeLater(value));
      this.ready = decoded.isPresent() ? DONE : decoding.thenAccept(this::settle);
    }

    private void settle(Decoded decoded) {
      try {
        if (decoded instanceof Readable readable) {
          inquiry = inquiry(accepted, readable.query());
          accepted = null;
        } else if (decoded instanceof Unreadable it) {
          unreadable = it.why();
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
      Inquiry read = inquiry;
      if (read == null) {
        return NEVER;
      }
      Duration left = Duration.between(clock.instant(), read.question().deadline());
      return nanos.getAsLong() + (left.isNegative() ? 0 : left.toNanos());
    }

    @Override
    public CompletableFuture<Void> run() {
      return end(question -> answerer.answer(question));
    }

    @Override
    public CompletableFuture<Void> refuse(Refusal why) {
      Accepted unread = accepted;
      if (unread != null && decoding.cancel(false)) {
        // Whom to tell is known only once the registry answers. Waiting for that without a place
        // among what waits would be waiting without a bound.
        return deadLetter(unread, noRoom());
      }
      return end(question -> refused(question, why));
    }

    private CompletableFuture<Void> end(Function<Question, CompletableFuture<Reply>> answer) {
      Inquiry read = inquiry;
      if (read == null) {
        return deadLetter(accepted, unreadable);
      }
      if (read.accepted().fence().isRevoked()) {
        return DONE;
      }
      return guarded(
              () -> answer.apply(read.question()).thenCompose(reply -> replies.send(read, reply)))
          .exceptionallyCompose(
              error -> {
                Throwable cause = Failures.unwrap(error);
                return cause instanceof ProducerFailedException
                    ? CompletableFuture.failedFuture(cause)
                    : deadLetters.originAlone(read.accepted(), unexpected(cause));
              });
    }

    private CompletableFuture<Void> deadLetter(Accepted record, RejectedRecordException why) {
      if (record.fence().isRevoked()) {
        return DONE;
      }
      return guarded(() -> deadLetters.whole(record, why))
          .exceptionallyCompose(
              error -> {
                Throwable cause = Failures.unwrap(error);
                return cause instanceof ProducerFailedException
                    ? CompletableFuture.failedFuture(cause)
                    : deadLetters.originAlone(record, unexpected(cause));
              });
    }
  }

  private CompletableFuture<Reply> refused(Question question, Job.Refusal why) {
    return switch (why) {
      case EXPIRED -> answerer.expired(question);
      case KEY_FULL ->
          answerer.overloaded(
              question,
              "as many queries of this user wait as may: ask again when they are answered");
      case TENANT_FULL ->
          answerer.overloaded(
              question, "as many queries of this tenant wait as may: ask again later");
    };
  }

  private static CompletableFuture<Void> guarded(Supplier<CompletableFuture<Void>> work) {
    try {
      return work.get();
    } catch (Throwable e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static RejectedRecordException noRoom() {
    return new RejectedRecordException(
        "as many queries of this user or tenant wait as may, and the schema registry has not given"
            + " the schema of this one: send it again when the registry answers");
  }

  private static RejectedRecordException unexpected(Throwable error) {
    log.error("a query failed unexpectedly: {}", Failures.traceWithoutMessages(error));
    return new RejectedRecordException(
        "serving failed unexpectedly (%s): see its log"
            .formatted(error.getClass().getSimpleName()));
  }

  /** As the key says it, which nobody has checked yet: without one, all share the empty tenant. */
  private static String tenantOf(byte[] key) {
    for (int i = 0; key != null && i < Math.min(key.length, MAX_TENANT_BYTES + 1); i++) {
      if (key[i] == ':') {
        return new String(key, 0, i, StandardCharsets.UTF_8);
      }
    }
    return "";
  }

  private static long sizeOf(ConsumerRecord<byte[], byte[]> record) {
    long headers =
        StreamSupport.stream(record.headers().spliterator(), false)
            .mapToLong(h -> h.key().length() + (h.value() == null ? 0L : h.value().length))
            .sum();
    return OVERHEAD_BYTES
        + Math.max(0, record.serializedKeySize())
        + 2L * Math.max(0, record.serializedValueSize())
        + headers;
  }
}

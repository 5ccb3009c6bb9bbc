package io.hydra.serving.reply;

import io.hydra.runtime.failure.Failures;
import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.time.Timer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * Produces records until the broker has acknowledged them. What the producer gives up for want of a
 * broker is produced again for as long as the caller wants. The number of records that wait is
 * bounded, so this holds the consumer back instead of losing an answer. Thread-safe.
 */
public final class Outbox {
  /** A record that its topic does not take; others are not affected. */
  public static final class UndeliverableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean tooLarge;

    public UndeliverableException(String reason, boolean tooLarge, Throwable cause) {
      super(reason, cause);
      this.tooLarge = tooLarge;
    }

    /** The failure of a record whose topic is known to be missing. */
    public static UndeliverableException ofMissingTopic() {
      return new UndeliverableException("does not exist: create it", false, null);
    }

    /** Tells whether a smaller record would be taken. */
    public boolean isTooLarge() {
      return tooLarge;
    }
  }

  /** The producer cannot go on, and so neither can the process. */
  public static final class ProducerFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ProducerFailedException(Throwable cause) {
      super("the producer cannot go on: " + cause.getClass().getName(), cause);
    }
  }

  private final Producer<byte[], byte[]> producer;
  private final Executor executor;
  private final Timer timer;
  private final Backoff backoff;
  private final Outage outage;

  /** Records that wait for the outage to end. Guarded by itself. */
  private final Set<Run> waiting = new HashSet<>();

  /**
   * @param executor may block: a producer without metadata or buffer space does
   * @param outage of what is produced to
   */
  public Outbox(
      Producer<byte[], byte[]> producer,
      Executor executor,
      Timer timer,
      Backoff backoff,
      Outage outage) {
    this.producer = producer;
    this.executor = executor;
    this.timer = timer;
    this.backoff = backoff;
    this.outage = outage;
  }

  /**
   * Produces a record, waiting for the brokers without end, and for the right to write the topic.
   *
   * @param revoked the record is not produced, and the future completes, once it is true
   * @return completes when acknowledged; exceptionally with {@link UndeliverableException} for what
   *     no repetition can mend, or with {@link ProducerFailedException}
   */
  public CompletableFuture<Void> send(
      ProducerRecord<byte[], byte[]> record, BooleanSupplier revoked) {
    return new Run(record, revoked, EnumSet.of(ProduceFault.AWAY, ProduceFault.DENIED)).start();
  }

  /**
   * The same for a topic that may be missing or closed to us: waits no longer than {@code
   * patience}, and not at all for a right. A record that was given up may still arrive.
   */
  public CompletableFuture<Void> send(
      ProducerRecord<byte[], byte[]> record, BooleanSupplier revoked, Duration patience) {
    return send(record, revoked, patience, CompletableFuture.completedFuture(null));
  }

  /** The same with a patience that begins when {@code first} completes, in whatever way. */
  public CompletableFuture<Void> send(
      ProducerRecord<byte[], byte[]> record,
      BooleanSupplier revoked,
      Duration patience,
      CompletableFuture<?> first) {
    Run run = new Run(record, revoked, EnumSet.of(ProduceFault.AWAY));
    var unused = first.whenComplete((done, error) -> run.limit(patience));
    return run.start();
  }

  /**
   * The same for a record that every topic takes that is set up rightly: waits until it is.
   *
   * @return completes when acknowledged; exceptionally only with {@link ProducerFailedException}
   */
  public CompletableFuture<Void> insist(
      ProducerRecord<byte[], byte[]> record, BooleanSupplier revoked) {
    return new Run(record, revoked, EnumSet.complementOf(EnumSet.of(ProduceFault.PRODUCER)))
        .start();
  }

  /** Takes the other way where a topic does not take the record. */
  public static <T> CompletableFuture<T> orElse(
      CompletableFuture<T> sent, Function<UndeliverableException, CompletableFuture<T>> next) {
    return sent.exceptionallyCompose(
        error ->
            Failures.unwrap(error) instanceof UndeliverableException refused
                ? next.apply(refused)
                : CompletableFuture.failedFuture(error));
  }

  /** The attempts to produce one record, one after the other. */
  private final class Run {
    private final ProducerRecord<byte[], byte[]> record;
    private final BooleanSupplier revoked;
    private final Set<ProduceFault> waitedFor;
    private final CompletableFuture<Void> sent = new CompletableFuture<>();

    Run(
        ProducerRecord<byte[], byte[]> record,
        BooleanSupplier revoked,
        Set<ProduceFault> waitedFor) {
      this.record = record;
      this.revoked = revoked;
      this.waitedFor = waitedFor;
      CompletableFuture<Void> unused = sent.whenComplete((done, error) -> leave());
    }

    CompletableFuture<Void> start() {
      executor.execute(() -> attempt(0));
      return sent;
    }

    void limit(Duration patience) {
      if (sent.isDone()) {
        return;
      }
      Timer.Task limit = timer.after(patience, this::giveUp);
      CompletableFuture<Void> unused = sent.whenComplete((done, error) -> limit.cancel());
    }

    private void giveUp() {
      sent.completeExceptionally(
          new UndeliverableException("did not acknowledge in time", false, null));
    }

    private void attempt(int failures) {
      if (sent.isDone()) {
        return;
      }
      if (revoked.getAsBoolean()) {
        sent.complete(null);
        return;
      }
      try {
        Future<RecordMetadata> unused =
            producer.send(
                record,
                (metadata, error) -> {
                  if (error == null) {
                    outage.ended();
                    sent.complete(null);
                  } else {
                    retryOrFail(failures, error);
                  }
                });
      } catch (Throwable e) {
        retryOrFail(failures, e);
      }
    }

    /** The last one that gives up leaves nobody to find out that the outage is over. */
    private void leave() {
      synchronized (waiting) {
        if (waiting.remove(this) && waiting.isEmpty()) {
          outage.abandon();
        }
      }
    }

    private void retryOrFail(int failures, Throwable error) {
      if (sent.isDone()) {
        return;
      }
      ProduceFault fault = ProduceFault.of(error);
      String reason = error.getClass().getSimpleName();
      if (fault == ProduceFault.PRODUCER) {
        sent.completeExceptionally(new ProducerFailedException(error));
      } else if (waitedFor.contains(fault)) {
        synchronized (waiting) {
          waiting.add(this);
          outage.began("%s (%s)".formatted(reason, record.topic()));
        }
        if (sent.isDone()) {
          leave();
        }
        Timer.Task unused =
            timer.after(
                backoff.delay(failures), () -> executor.execute(() -> attempt(failures + 1)));
      } else {
        sent.completeExceptionally(
            new UndeliverableException(
                "does not take the record (%s)".formatted(reason),
                fault == ProduceFault.TOO_LARGE,
                error));
      }
    }
  }

  /** Classifies failures to produce by what they are about. */
  private enum ProduceFault {
    /** The brokers are away, or deny what every record needs: another attempt may succeed. */
    AWAY,
    /** The client is not allowed to write the topic: an attempt succeeds once it is. */
    DENIED,
    /** The record is larger than the topic takes. */
    TOO_LARGE,
    /** The topic does not take this record for another reason. */
    REFUSED,
    /** The producer cannot go on. */
    PRODUCER;

    static ProduceFault of(Throwable error) {
      for (Throwable cause = error; cause != null; cause = cause.getCause()) {
        if (cause instanceof ProducerFencedException
            || cause instanceof FencedInstanceIdException
            || cause instanceof UnsupportedVersionException
            || cause instanceof IllegalStateException) {
          return PRODUCER;
        }
        // About every topic alike; the producer asks for its id again by itself.
        if (cause instanceof ClusterAuthorizationException) {
          return AWAY;
        }
      }
      if (error instanceof RecordTooLargeException
          || error instanceof RecordBatchTooLargeException) {
        return TOO_LARGE;
      }
      if (error instanceof AuthorizationException) {
        return DENIED;
      }
      // After the last three an idempotent producer begins another session by itself.
      return error instanceof RetriableException
              || error instanceof AuthenticationException
              || error instanceof InterruptException
              || error instanceof OutOfOrderSequenceException
              || error instanceof InvalidProducerEpochException
              || error instanceof InvalidPidMappingException
          ? AWAY
          : REFUSED;
    }
  }
}

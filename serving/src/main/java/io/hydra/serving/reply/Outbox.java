package io.hydra.serving.reply;

import io.hydra.serving.async.Failures;
import io.hydra.serving.time.Backoff;
import io.hydra.serving.time.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Produces records until the broker has acknowledged them. What the producer gives up for want of a
 * broker is produced again, without end: the records in flight are bounded, so this holds the
 * consumer back instead of losing an answer.
 */
public final class Outbox {
  private static final Logger log = LoggerFactory.getLogger(Outbox.class);

  private final Producer<byte[], byte[]> producer;
  private final Executor executor;
  private final Timer timer;
  private final Backoff backoff;
  private volatile boolean failing;

  /**
   * @param executor may block: a producer without metadata or buffer space does
   */
  public Outbox(
      Producer<byte[], byte[]> producer, Executor executor, Timer timer, Backoff backoff) {
    this.producer = producer;
    this.executor = executor;
    this.timer = timer;
    this.backoff = backoff;
  }

  /**
   * Produces a record.
   *
   * @param revoked the record is not produced, and the future completes, once it is true
   * @return completes when acknowledged; exceptionally with what no repetition can mend, such as
   *     {@link org.apache.kafka.common.errors.RecordTooLargeException}
   */
  public CompletableFuture<Void> send(
      ProducerRecord<byte[], byte[]> record, BooleanSupplier revoked) {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    executor.execute(() -> attempt(record, revoked, 0, sent));
    return sent;
  }

  /** Goes on with {@code smaller} after a {@link #send} that failed for the record's size. */
  public static Function<Throwable, CompletableFuture<Void>> ifTooLarge(
      Supplier<CompletableFuture<Void>> smaller) {
    return error -> {
      Throwable cause = Failures.unwrap(error);
      return cause instanceof RecordTooLargeException
              || cause instanceof RecordBatchTooLargeException
          ? smaller.get()
          : CompletableFuture.failedFuture(cause);
    };
  }

  private void attempt(
      ProducerRecord<byte[], byte[]> record,
      BooleanSupplier revoked,
      int retry,
      CompletableFuture<Void> sent) {
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
                  acknowledged(sent);
                } else {
                  failed(record, revoked, retry, sent, error);
                }
              });
    } catch (RuntimeException e) {
      failed(record, revoked, retry, sent, e);
    }
  }

  private void acknowledged(CompletableFuture<Void> sent) {
    if (failing) {
      failing = false;
      log.info("the broker acknowledges again");
    }
    sent.complete(null);
  }

  private void failed(
      ProducerRecord<byte[], byte[]> record,
      BooleanSupplier revoked,
      int retry,
      CompletableFuture<Void> sent,
      Exception error) {
    if (!(error instanceof RetriableException)) {
      sent.completeExceptionally(error);
      return;
    }
    if (!failing) {
      failing = true;
      log.warn("the broker does not acknowledge, trying on: {}", error.getClass().getSimpleName());
    }
    Timer.Task unused =
        timer.after(
            backoff.delay(retry),
            () -> executor.execute(() -> attempt(record, revoked, retry + 1, sent)));
  }
}

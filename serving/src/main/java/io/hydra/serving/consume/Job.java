package io.hydra.serving.consume;

import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One record on its way to its outcome. Exactly one of {@link #run} and {@link #refuse} is called,
 * unless the record's partition is revoked first. The future of either completes when the record
 * needs no further care: the broker has its outcome, or the partition was revoked. It completes
 * exceptionally only if the process cannot go on; the next owner then reads the record again.
 */
public interface Job {
  /**
   * A record that was read.
   *
   * @param acceptedNanos reading of the loop's monotonic clock when it was polled
   * @param revoked true for ever once the partition was revoked, even if it comes back: the record
   *     is then read again, by whichever process has the partition
   * @param perhapsAgain whether the record may have been delivered before, to an earlier owner of
   *     its partition, and answered
   */
  record Accepted(
      ConsumerRecord<byte[], byte[]> record,
      long acceptedNanos,
      BooleanSupplier revoked,
      boolean perhapsAgain) {}

  /** Never: for a job that is of use however late it comes. */
  long NEVER = Long.MAX_VALUE;

  /** The tenant, which takes turns with others. */
  String tenant();

  /** The memory that the job holds while it waits, in bytes. */
  long bytes();

  /** Completes, never exceptionally, when the job may be run. */
  CompletableFuture<Void> ready();

  /**
   * The reading of the loop's clock after which the job is refused instead of run; {@link #NEVER}
   * for one that does not know yet. Asked again once it is {@link #ready}.
   */
  long expiresAtNanos();

  /**
   * Does the work. Called when it is the job's turn, on a thread that may block.
   *
   * @param turnOver called, on any thread, if the next job of the same key may run before the
   *     future completes
   */
  CompletableFuture<Void> run(Runnable turnOver);

  /** Ends the record without its work. Called on a thread that may block. */
  CompletableFuture<Void> refuse(Refusal why);

  /** The reason for which a job does not get its turn. */
  enum Refusal {
    /** Its time was up while it waited. */
    EXPIRED,
    /** The bound of waiting jobs of its key is reached. */
    KEY_FULL,
    /** The bound of waiting jobs of its tenant is reached. */
    TENANT_FULL
  }
}

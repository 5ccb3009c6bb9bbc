package io.hydra.serving.consume;

import java.util.concurrent.CompletableFuture;

/**
 * One record on its way to its outcome. Exactly one of {@link #run} and {@link #refuse} is called,
 * unless the record's partition is revoked first.
 *
 * <p>The future of either completes when the record needs no further care: its outcome is
 * acknowledged by the broker, or its fence says that it is no longer ours. It completes
 * exceptionally only if the process cannot go on: the loop then ends, and the record is read again
 * by whoever comes next.
 */
public interface Job {
  /** Never: for a job that is of use however late it comes. */
  long NEVER = Long.MAX_VALUE;

  /** The tenant, which takes turns with others. */
  String tenant();

  /** The memory that the job holds while it waits, in bytes. */
  long bytes();

  /**
   * Completes, never exceptionally, when the job may be run: it must be awaited, not waited for.
   */
  CompletableFuture<Void> ready();

  /**
   * The reading of the loop's clock after which the job is refused instead of run; {@link #NEVER}
   * for one that does not know yet. Asked again once it is {@link #ready}.
   */
  long expiresAtNanos();

  /** Does the work. Called when it is the job's turn, on a thread that may block. */
  CompletableFuture<Void> run();

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

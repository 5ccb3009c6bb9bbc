package io.hydra.trainer.head;

import io.hydra.model.encoder.BrokenEncoderException;
import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.retry.Sleeper;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a stream thread that failed, after a pause that grows while failures follow each other:
 * what comes this far is a broker that is away for longer than its clients wait, or a disk. The
 * transaction was aborted, and the successor reads the same requests again. Only an {@link Error}
 * or an encoder that fails on any text is the process': it ends.
 */
public final class ThreadReplacement implements StreamsUncaughtExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(ThreadReplacement.class);

  /** Without a failure for so long, the next one is the first of another series. */
  static final Duration CALM = Duration.ofMinutes(10);

  private final Backoff backoff;
  private final Sleeper sleeper;
  private final LongSupplier nanoClock;
  private int failures;
  private long lastFailure;
  private String lastKind = "";

  public ThreadReplacement(Backoff backoff, Sleeper sleeper, LongSupplier nanoClock) {
    this.backoff = backoff;
    this.sleeper = sleeper;
    this.nanoClock = nanoClock;
  }

  @Override
  public synchronized StreamThreadExceptionResponse handle(Throwable failure) {
    Throwable root = root(failure);
    if (isOfTheProcess(root)) {
      log.error("a stream thread failed, the trainer ends", failure);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    long now = nanoClock.getAsLong();
    if (failures > 0 && now - lastFailure > CALM.toNanos()) {
      failures = 0;
      lastKind = "";
    }
    lastFailure = now;
    String kind = root.getClass().getName();
    if (!kind.equals(lastKind)) {
      lastKind = kind;
      log.error("a stream thread failed and is replaced, as often as it takes", failure);
    }
    try {
      sleeper.sleep(backoff.delay(failures++));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  private static boolean isOfTheProcess(Throwable failure) {
    return failure instanceof Error || failure instanceof BrokenEncoderException;
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && !isOfTheProcess(root)) {
      root = root.getCause();
    }
    return root;
  }
}

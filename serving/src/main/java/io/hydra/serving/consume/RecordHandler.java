package io.hydra.serving.consume;

import java.util.concurrent.CompletableFuture;

/** What is done with a record, without blocking the caller for long. */
@FunctionalInterface
public interface RecordHandler {
  /**
   * Completes when the record needs no further care: its outcome is acknowledged by the broker, or
   * its fence says that it is no longer ours. Completes exceptionally only if the process cannot go
   * on: the loop then ends, and the record is read again by whoever comes next.
   */
  CompletableFuture<Void> handle(Accepted accepted);
}

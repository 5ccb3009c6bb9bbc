package io.hydra.llm;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** One HTTP call, without retries. */
interface Transport extends AutoCloseable {
  /**
   * Posts a request.
   *
   * @param timeout of the call, from connecting to the last byte; the time in the queue is not
   *     counted
   * @param giveUp when the call ends, in the queue or out of it
   * @return never completes exceptionally, but by a defect
   */
  CompletableFuture<Outcome> post(String address, byte[] body, Duration timeout, Instant giveUp);

  @Override
  void close();
}

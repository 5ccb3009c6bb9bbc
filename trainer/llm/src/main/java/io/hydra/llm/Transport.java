package io.hydra.llm;

import io.hydra.llm.LlmReply.Loss;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One HTTP call, without retries. */
interface Transport extends AutoCloseable {
  /** The outcome of one call. */
  sealed interface Outcome permits Completion, Fault {}

  /** A chat completion; model "" if the endpoint does not tell, perhaps without any choice. */
  record Completion(String model, List<Choice> choices, long promptTokens, long completionTokens)
      implements Outcome {

    boolean hasText() {
      return choices.stream().anyMatch(choice -> !choice.text().isEmpty());
    }
  }

  /**
   * One sample.
   *
   * @param text "" if there is none; without reasoning
   * @param loss null if the text is whole; {@link Loss#CUT} with a text, all others without
   */
  record Choice(String text, Loss loss) {}

  /**
   * Posts a request.
   *
   * @param timeout from connecting to the last byte; the time in the queue is not counted
   * @param giveUp the time at which the call ends, in the queue or out of it
   * @param begun run when the call leaves the queue; never where it ends in it
   * @return never completes exceptionally, but by a defect; cancelling it ends the call
   */
  CompletableFuture<Outcome> post(
      String address, byte[] body, Duration timeout, Instant giveUp, Runnable begun);

  @Override
  void close();
}

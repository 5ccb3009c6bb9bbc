package io.hydra.ingest.gateway.http;

import java.util.concurrent.CompletionStage;

/** What is done at a path. */
@FunctionalInterface
public interface Endpoint {
  /**
   * Answers a request without waiting.
   *
   * @return fails with a {@link Refusal} where it is refused
   * @throws Refusal likewise
   */
  CompletionStage<Reply> answer(Call call);
}

package io.hydra.llm;

import io.hydra.llm.LlmException.Kind;
import io.hydra.llm.LlmReply.Loss;
import java.time.Duration;
import java.util.List;

/** The outcome of one call. */
sealed interface Outcome {

  /**
   * A chat completion.
   *
   * @param model "" if the endpoint does not tell
   * @param choices may be empty
   */
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
   * A call without a completion.
   *
   * @param what happened, in words that quote neither side
   * @param remedy what can be done about it
   * @param status of HTTP; 0 without a reply
   * @param retryAfter how long the endpoint asked us to wait; null if it did not say
   */
  record Fault(
      Kind kind, String what, String remedy, int status, Duration retryAfter, Objection objection)
      implements Outcome {
    static Fault of(Kind kind, String what, String remedy) {
      return new Fault(kind, what, remedy, 0, null, Objection.NONE);
    }
  }
}

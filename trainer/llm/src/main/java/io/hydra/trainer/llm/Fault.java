package io.hydra.trainer.llm;

import com.openai.errors.OpenAIIoException;
import com.openai.errors.OpenAIServiceException;
import io.hydra.trainer.llm.ChatException.Kind;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Why one attempt failed, and whether another is worth it.
 *
 * @param what in words that quote neither side
 * @param remedy what the caller can do
 * @param retriable whether the same request may succeed later
 * @param busy whether the endpoint is there but asked for patience
 * @param retryAfter how long it asked us to wait; null if it did not say
 */
record Fault(
    Kind kind, String what, String remedy, boolean retriable, boolean busy, Duration retryAfter) {
  private static final String NO_MONEY = "insufficient_quota";
  private static final String LATER = "see that it runs and is reachable, then start again";

  static Fault unreadable(String what) {
    return new Fault(
        Kind.UNREADABLE,
        what,
        "see that the address is that of an OpenAI-compatible server",
        true,
        false,
        null);
  }

  /** Of an error that openai-java threw. */
  static Fault of(RuntimeException error, Clock clock) {
    if (error instanceof OpenAIServiceException service) {
      return status(service, clock);
    }
    if (causedBy(error, InterruptedIOException.class)) {
      return away(
          "did not answer in time", "raise the timeout or lower the concurrency, then start again");
    }
    if (error instanceof OpenAIIoException) {
      String how = error.getCause() == null ? "" : error.getCause().getClass().getSimpleName();
      return away("cannot be reached (%s)".formatted(how), LATER);
    }
    return unreadable("gave a reply that is no chat completion");
  }

  private static Fault status(OpenAIServiceException e, Clock clock) {
    int status = e.statusCode();
    String what = "answered " + status;
    if (status == 429 && e.code().filter(NO_MONEY::equals).isPresent()) {
      return refused(what, "the account's quota is spent: top it up");
    }
    if (status == 429 || status == 503) {
      Optional<Duration> asked = RetryAfter.of(e.headers(), clock);
      String remedy = "lower the concurrency, or start again later";
      return new Fault(Kind.UNAVAILABLE, what, remedy, true, status == 429, asked.orElse(null));
    }
    if (status == 408 || status >= 500) {
      return away(what, LATER);
    }
    return switch (status) {
      case 401, 403 ->
          new Fault(
              Kind.UNAUTHORIZED, what, "check the API key (HYDRA_LLM_API_KEY)", false, false, null);
      case 404, 405 -> refused(what, "check the base URL, which often ends in /v1, and the model");
      case 413 -> refused(what, "the prompt is too long for it");
      default -> refused(what, "its own log says what it does not take");
    };
  }

  private static Fault away(String what, String remedy) {
    return new Fault(Kind.UNAVAILABLE, what, remedy, true, false, null);
  }

  private static Fault refused(String what, String remedy) {
    return new Fault(Kind.REFUSED, what, remedy, false, false, null);
  }

  private static boolean causedBy(Throwable error, Class<? extends Throwable> type) {
    for (Throwable t = error; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return true;
      }
    }
    return false;
  }

  ChatException exception(Endpoint endpoint, int attempts) {
    String often = attempts > 1 ? " %d times".formatted(attempts) : "";
    return new ChatException(
        kind, "the LLM endpoint %s %s%s: %s".formatted(endpoint, what, often, remedy));
  }
}

package io.hydra.llm;

import io.hydra.llm.LlmException.Kind;
import java.math.BigDecimal;
import java.time.Duration;

/**
 * A call without a completion.
 *
 * @param what happened, in words that quote neither side
 * @param status of HTTP; 0 without a reply
 * @param retryAfter the wait that the endpoint asked for; null if it named none
 */
record Fault(
    Kind kind, String what, String remedy, int status, Duration retryAfter, Objection objection)
    implements Transport.Outcome {
  private static final String LATER = "see that it runs and is reachable";

  static Fault of(Kind kind, String what, String remedy) {
    return new Fault(kind, what, remedy, 0, null, Objection.NONE);
  }

  static Fault unreadable(String what) {
    return of(Kind.UNREADABLE, what, "see that the address is that of an OpenAI-compatible server");
  }

  static Fault noChoice() {
    return unreadable("gave a reply without any choice");
  }

  static Fault unreachable(Throwable cause) {
    String how = cause == null ? "" : " (%s)".formatted(cause.getClass().getSimpleName());
    return of(Kind.UNAVAILABLE, "cannot be reached" + how, LATER);
  }

  static Fault slow(Duration timeout, String remedy) {
    String seconds = BigDecimal.valueOf(timeout.toMillis(), 3).stripTrailingZeros().toPlainString();
    return of(Kind.SLOW, "did not answer within %s s".formatted(seconds), remedy);
  }

  /** The fault of a reply that is not 2xx. */
  static Fault status(int status, Objection objection, Duration retryAfter) {
    Kind kind;
    String remedy;
    if (status == 402 || (status == 429 && objection.isAboutPayment())) {
      kind = Kind.REFUSED;
      remedy = "the account's quota is spent: top it up";
    } else if (status == 429) {
      kind = Kind.BUSY;
      remedy = "send fewer requests, or raise its limit";
    } else if (status == 408 || status >= 500) {
      kind = Kind.UNAVAILABLE;
      remedy = LATER;
    } else if (status == 401 || status == 403 || (status == 400 && objection.isAboutTheKey())) {
      kind = Kind.UNAUTHORIZED;
      remedy = "check the API key (HYDRA_LLM_API_KEY)";
    } else {
      kind = Kind.REFUSED;
      remedy = remedy(status, objection);
    }
    return new Fault(kind, "answered " + status, remedy, status, retryAfter, objection);
  }

  private static String remedy(int status, Objection objection) {
    if (status >= 300 && status < 400) {
      return "use the address that it redirects to, often with https";
    }
    if (status == 404 || status == 405) {
      return "check the base URL, which often ends in /v1, and the model";
    }
    return status == 413 || objection.isAboutLength()
        ? "the prompt is too long for it: use fewer or shorter history items"
        : "its own log says what it does not take";
  }

  Fault withRemedy(String other) {
    return new Fault(kind, what, other, status, retryAfter, objection);
  }

  LlmException exception(LlmRequest request, int attempts) {
    String identifiers = objection.shown(request);
    return new LlmException(
        kind,
        "the LLM endpoint %s%s%s: %s"
            .formatted(
                what,
                identifiers.isEmpty() ? "" : " (" + identifiers + ")",
                attempts > 1 ? " %d times".formatted(attempts) : "",
                remedy));
  }
}

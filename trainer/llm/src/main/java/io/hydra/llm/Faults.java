package io.hydra.llm;

import io.hydra.llm.LlmException.Kind;
import io.hydra.llm.Outcome.Fault;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Pattern;

/** Words faults of calls, by kind, with the remedy. */
final class Faults {
  private static final Pattern UNPAID = Pattern.compile("insufficient|billing");
  private static final Pattern KEY =
      Pattern.compile("invalid[ _]api[ _]key|api[ _]key not valid", Pattern.CASE_INSENSITIVE);
  private static final String LATER = "see that it runs and is reachable";
  private static final Pattern TOO_LONG =
      Pattern.compile(
          "context[ _](?:length|window|size)|maximum context|prompt is too long|too many tokens",
          Pattern.CASE_INSENSITIVE);

  private Faults() {}

  static Fault unreadable(String what) {
    return Fault.of(
        Kind.UNREADABLE, what, "see that the address is that of an OpenAI-compatible server");
  }

  static Fault noChoice() {
    return unreadable("gave a reply without any choice");
  }

  static Fault unreachable(Throwable cause) {
    String how = cause == null ? "" : " (%s)".formatted(cause.getClass().getSimpleName());
    return Fault.of(Kind.UNAVAILABLE, "cannot be reached" + how, LATER);
  }

  static Fault slow(Duration timeout, String remedy) {
    String seconds = BigDecimal.valueOf(timeout.toMillis(), 3).stripTrailingZeros().toPlainString();
    return Fault.of(Kind.SLOW, "did not answer within %s s".formatted(seconds), remedy);
  }

  /** The fault of a reply that is not 2xx. */
  static Fault status(int status, Objection objection, Duration retryAfter) {
    Kind kind;
    String remedy;
    if (status == 402 || (status == 429 && isUnpaid(objection))) {
      kind = Kind.REFUSED;
      remedy = "the account's quota is spent: top it up";
    } else if (status == 429) {
      kind = Kind.BUSY;
      remedy = "send fewer requests, or raise its limit";
    } else if (status == 408 || status >= 500) {
      kind = Kind.UNAVAILABLE;
      remedy = LATER;
    } else if (status == 401 || status == 403 || (status == 400 && isKeys(objection))) {
      kind = Kind.UNAUTHORIZED;
      remedy = "check the API key (HYDRA_LLM_API_KEY)";
    } else {
      kind = Kind.REFUSED;
      remedy = remedy(status, objection);
    }
    return new Fault(kind, "answered " + status, remedy, status, retryAfter, objection);
  }

  private static boolean isUnpaid(Objection objection) {
    return UNPAID.matcher(objection.code() + " " + objection.type()).find();
  }

  private static boolean isKeys(Objection objection) {
    return KEY.matcher(objection.code() + " " + objection.said()).find();
  }

  private static String remedy(int status, Objection objection) {
    if (status >= 300 && status < 400) {
      return "use the address that it redirects to, often with https";
    }
    if (status == 404 || status == 405) {
      return "check the base URL, which often ends in /v1, and the model";
    }
    return status == 413 || isTooLong(objection)
        ? "the prompt is too long for it: use fewer or shorter history items"
        : "its own log says what it does not take";
  }

  /** Tells whether prompt and answer together go beyond what the model reads. */
  static boolean isTooLong(Objection objection) {
    return TOO_LONG.matcher(objection.code() + " " + objection.said()).find();
  }

  static LlmException exception(Fault fault, LlmRequest request, int attempts) {
    String identifiers = fault.objection().shown(request);
    return new LlmException(
        fault.kind(),
        "the LLM endpoint %s%s%s: %s"
            .formatted(
                fault.what(),
                identifiers.isEmpty() ? "" : " (" + identifiers + ")",
                attempts > 1 ? " %d times".formatted(attempts) : "",
                fault.remedy()));
  }
}

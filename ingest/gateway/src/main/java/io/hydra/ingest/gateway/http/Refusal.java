package io.hydra.ingest.gateway.http;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The refusal of a request, or of one record in it. The message says what to do about it, and never
 * quotes a user's text.
 */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int SOON_SECONDS = 2;
  private static final Pattern FIELD =
      Pattern.compile(
          "(?:user_id|task|event_id|occurred_at|query_id|input|deadline|(?:trial|interaction|feedback)(?:\\.[a-z_]+)?)(?= )");
  private static final Pattern VERDICT = Pattern.compile("\\b[A-Z]{5,}\\b");

  private final ProblemType type;
  private final String field;
  private final int retryAfterSeconds;
  private final transient Map<String, String> headers;
  private final transient Map<String, String> ids;

  private Refusal(
      ProblemType type,
      String detail,
      String field,
      int retryAfterSeconds,
      Map<String, String> headers,
      Map<String, String> ids) {
    // What a client did wrong has no stack worth a trace.
    super(detail, null, false, false);
    this.type = type;
    this.field = field;
    this.retryAfterSeconds = retryAfterSeconds;
    this.headers = headers;
    this.ids = ids;
  }

  public static Refusal of(ProblemType type, String detail) {
    return new Refusal(type, detail, null, 0, Map.of(), Map.of());
  }

  /** A value that breaks a rule. */
  public static Refusal invalid(String field, String detail) {
    return new Refusal(ProblemType.INVALID, detail, field, 0, Map.of(), Map.of());
  }

  /**
   * A rule of events, users or queries that is broken. Its message begins with the field, by the
   * name that the contract gives it; verdicts, which it names as the schema does, are written as
   * here.
   */
  public static Refusal ofRule(String problem) {
    Matcher field = FIELD.matcher(problem);
    if (!field.lookingAt()) {
      return of(ProblemType.INVALID, problem);
    }
    String name = field.group();
    return name.startsWith("feedback.")
        ? invalid(
            name, VERDICT.matcher(problem).replaceAll(v -> v.group().toLowerCase(Locale.ROOT)))
        : invalid(name, problem);
  }

  /** Something of that name is not there. */
  public static Refusal notFound(String field, String detail) {
    return new Refusal(ProblemType.NOT_FOUND, detail, field, 0, Map.of(), Map.of());
  }

  /** Something is away or full, and may not be soon. */
  public static Refusal unavailable(String detail) {
    return new Refusal(ProblemType.UNAVAILABLE, detail, null, SOON_SECONDS, Map.of(), Map.of());
  }

  /** The same refusal, to be tried again after some seconds. */
  public Refusal retryAfter(int seconds) {
    return new Refusal(type, getMessage(), field, seconds, headers, ids);
  }

  /** The same refusal of a field that the request gives another name. */
  public Refusal under(String name) {
    String detail = getMessage();
    return invalid(
        name, detail.startsWith(field) ? name + detail.substring(field.length()) : detail);
  }

  /** The same refusal with headers of its own. */
  public Refusal with(Map<String, String> further) {
    return new Refusal(type, getMessage(), field, retryAfterSeconds, further, ids);
  }

  /**
   * The same refusal with the id under which to send again, which its sender may not know.
   *
   * @param name of the id, such as {@code query_id}
   */
  public Refusal naming(String name, String id) {
    return new Refusal(type, getMessage(), field, retryAfterSeconds, headers, Map.of(name, id));
  }

  public ProblemType type() {
    return type;
  }

  /** The field that is wrong; null where it is none alone. */
  public String field() {
    return field;
  }

  /** 0 where trying again does not help. */
  public int retryAfterSeconds() {
    return retryAfterSeconds;
  }

  Map<String, String> headers() {
    return headers;
  }

  /** The id under which to send again, by its name; empty if none was made. */
  public Map<String, String> ids() {
    return ids;
  }
}

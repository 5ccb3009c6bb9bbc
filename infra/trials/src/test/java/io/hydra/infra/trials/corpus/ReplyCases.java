package io.hydra.infra.trials.corpus;

import static io.hydra.infra.trials.corpus.Wire.utf8;
import static io.hydra.schemas.avro.ResponseStatus.DEADLINE_EXCEEDED;
import static io.hydra.schemas.avro.ResponseStatus.DEGRADED;
import static io.hydra.schemas.avro.ResponseStatus.LLM_FAILED;
import static io.hydra.schemas.avro.ResponseStatus.OK;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydra.schemas.avro.ResponseStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Replies of odd and broken endpoints. */
public final class ReplyCases {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEXT = "The Clock Stopped";
  private static final Set<ResponseStatus> SOME_ANSWER = Set.of(OK, DEGRADED);
  private static final Set<ResponseStatus> NO_ANSWER = Set.of(LLM_FAILED, DEADLINE_EXCEEDED);
  private static final Set<ResponseStatus> ANY =
      Set.of(OK, DEGRADED, LLM_FAILED, DEADLINE_EXCEEDED);

  private final List<ReplyCase> cases = new ArrayList<>();

  private ReplyCases() {}

  /** For a query of an open task. */
  public static List<ReplyCase> open() {
    ReplyCases all = new ReplyCases();
    all.wrapped();
    all.shapes();
    all.failures();
    return List.copyOf(all.cases);
  }

  /** A reply as it should be, of {@code n} choices. */
  static byte[] plain(String text, int n) {
    return plain("scripted", text, n);
  }

  /** The same of a model of that name. */
  public static byte[] plain(String model, String text, int n) {
    return completion(
        root -> {
          root.put("model", model);
          choices(root, n, choice -> message(choice).put("content", text));
          root.putObject("usage").put("prompt_tokens", 60).put("completion_tokens", 3L * n);
        });
  }

  private void wrapped() {
    text("think", "<think>\nShort or long?\n</think>\n\nThe Clock Stopped");
    text("closing-tag", "Short or long?\n</think>\nThe Clock Stopped");
    text("preamble", "Here is a headline:\n\nThe Clock Stopped");
    text("fence", "```\nThe Clock Stopped\n```");
    text("quoted", "\u201CThe Clock Stopped\u201D");
    text("bold", "**The Clock Stopped**");
    any("open-think", "<think>Short or long? Let me");
    any("wrappers", Texts.wrappers(60_000));
    any("of-quotes", "\"'\u201C".repeat(20_000));
    add("blank", 200, plain(" \n\t", 8), NO_ANSWER, null);
    any("nul", "The \u0000 Clock");
    any("escape", "\u001b[2JThe Clock");
    any("bidi", "\u202EThe Clock");
    any("long", "The clock stopped again. ".repeat(40_000));
  }

  private void text(String name, String content) {
    add(name, 200, plain(content, 8), SOME_ANSWER, TEXT);
  }

  private void any(String name, String content) {
    add(name, 200, plain(content, 8), ANY, null);
  }

  private void shapes() {
    shape("parts", SOME_ANSWER, TEXT, ReplyCases::parts);
    none("refusal", c -> message(c).putNull("content").put("refusal", "I cannot do that."));
    none(
        "spent-on-reasoning",
        choice -> {
          choice.put("finish_reason", "length");
          message(choice).putNull("content").put("reasoning_content", "Short or long?");
        });
    none("filtered", choice -> ended(choice, "content_filter", ""));
    shape(
        "cut",
        Set.of(DEGRADED),
        "The Clock Sto",
        choice -> ended(choice, "length", "The Clock Sto"));
    none("tool-call", choice -> message(choice).putArray("tool_calls").addObject());
    none("no-message", choice -> choice.put("index", 0));
    shape("content-of-numbers", ANY, null, choice -> message(choice).put("content", 4.5));
    shape("content-of-objects", ANY, null, choice -> message(choice).putObject("content"));
    add("one-choice", 200, plain(TEXT, 1), SOME_ANSWER, TEXT);
    failure("no-choices", 200, completion(root -> root.putArray("choices")));
    failure("choices-null", 200, completion(root -> root.putNull("choices")));
    add("choices-of-null", 200, completion(root -> root.putArray("choices").addNull()), ANY, null);
    add("10000-choices", 200, plain(TEXT, 10_000), ANY, null);
    byte[] nonsense =
        completion(
            root -> {
              choices(root, 8, choice -> message(choice).put("content", TEXT));
              root.putObject("usage").put("prompt_tokens", -1e300).put("completion_tokens", "x");
            });
    add("usage-of-nonsense", 200, nonsense, SOME_ANSWER, TEXT);
    byte[] surrogate = utf8("{\"choices\":[{\"message\":{\"content\":\"The \\ud83d Clock\"}}]}");
    add("lone-surrogate", 200, surrogate, ANY, null);
  }

  private static void ended(ObjectNode choice, String reason, String content) {
    choice.put("finish_reason", reason);
    message(choice).put("content", content);
  }

  private static void parts(ObjectNode choice) {
    ArrayNode parts = message(choice).putArray("content");
    parts.addObject().put("type", "text").put("text", "The Clock ");
    parts.addObject().put("type", "text").put("text", "Stopped");
  }

  private void failures() {
    failure("html", 200, utf8("<html><body>Welcome to the portal</body></html>"));
    failure("empty", 200, new byte[0]);
    failure("garbage", 200, new byte[] {0, -1, -2, 31, -117, 8});
    byte[] plain = plain(TEXT, 8);
    failure("truncated-json", 200, Arrays.copyOf(plain, plain.length / 2));
    failure("deep-json", 200, utf8("[".repeat(200_000)));
    failure("an-array", 200, utf8("[]"));
    failure("a-number", 200, utf8("1e999999999"));
    byte[] overloaded = utf8("{\"error\":{\"message\":\"overloaded\",\"code\":503}}");
    failure("error-with-200", 200, overloaded);
    failure("401", 401, error("bad key"));
    failure("403", 403, error("forbidden"));
    failure("404", 404, error("no such model"));
    failure("400-of-nothing", 400, utf8("no"));
    failure("413", 413, error("too large"));
    failure("500", 500, error("oops"));
    failure("502-html", 502, utf8("<html>Bad Gateway</html>"));
    failure("418", 418, new byte[0]);
    for (String after : retryAfters()) {
      Map<String, String> header = Map.of("Retry-After", after);
      String name = "429-" + cases.size();
      cases.add(new ReplyCase(name, 429, header, error("slow down"), NO_ANSWER, null));
    }
    failure("hang", 200, null);
  }

  private void failure(String name, int status, byte[] body) {
    add(name, status, body, NO_ANSWER, null);
  }

  /** Values of the header that asks to wait, of every form and none. */
  public static List<String> retryAfters() {
    return List.of(
        "0",
        "1",
        "0.25",
        "86400",
        "-5",
        "1e308",
        "NaN",
        "soon",
        "Fri, 28 Nov 2036 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT");
  }

  private static byte[] error(String message) {
    ObjectNode root = JSON.createObjectNode();
    root.putObject("error").put("message", message).put("type", "x");
    return bytes(root);
  }

  private void none(String name, Consumer<ObjectNode> each) {
    shape(name, NO_ANSWER, null, each);
  }

  private void shape(
      String name, Set<ResponseStatus> statuses, String text, Consumer<ObjectNode> each) {
    add(name, 200, completion(root -> choices(root, 8, each)), statuses, text);
  }

  private void add(
      String name, int status, byte[] body, Set<ResponseStatus> statuses, String text) {
    cases.add(new ReplyCase(name, status, Map.of(), body, statuses, text));
  }

  private static byte[] completion(Consumer<ObjectNode> fill) {
    ObjectNode root = JSON.createObjectNode();
    root.put("id", "x").put("object", "chat.completion").put("model", "scripted");
    fill.accept(root);
    return bytes(root);
  }

  private static void choices(ObjectNode root, int n, Consumer<ObjectNode> each) {
    ArrayNode choices = root.putArray("choices");
    for (int i = 0; i < n; i++) {
      ObjectNode choice = choices.addObject().put("index", i).put("finish_reason", "stop");
      each.accept(choice);
    }
  }

  private static ObjectNode message(ObjectNode choice) {
    return choice.putObject("message").put("role", "assistant");
  }

  private static byte[] bytes(ObjectNode root) {
    try {
      return JSON.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A reply of an endpoint, and the outcome of the query.
   *
   * @param name stands in the query's text, so that the endpoint knows what to answer
   * @param body of the reply; {@code null} for a reply that never comes
   * @param statuses one of them is the response's
   * @param text of the response; null if it may be any
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record ReplyCase(
      String name,
      int status,
      Map<String, String> headers,
      byte[] body,
      Set<ResponseStatus> statuses,
      String text) {
    public ReplyCase {
      headers = Map.copyOf(headers);
      statuses = Set.copyOf(statuses);
    }

    public boolean hangs() {
      return body == null;
    }
  }
}

package io.hydra.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.llm.LlmReply.Loss;
import io.hydra.llm.Transport.Choice;
import io.hydra.llm.Transport.Completion;
import io.hydra.llm.Transport.Outcome;
import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Reads an endpoint's reply, whatever it is. Reads no more of a chat completion than is needed,
 * since servers leave fields out and put others in. Has no side effects.
 */
public final class ReplyReader {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_TEXT = 64 * 1024;
  private static final double LONGEST_SECONDS = 1e9;
  private static final Set<String> CUT =
      Set.of("length", "max_tokens", "model_length", "max_output_tokens");
  private static final Set<String> FILTERED =
      Set.of("content_filter", "safety", "recitation", "prohibited_content", "blocklist");

  private final Clock clock;

  /** The clock tells how far away a date in {@code Retry-After} is. */
  public ReplyReader(Clock clock) {
    this.clock = clock;
  }

  /**
   * Reads the reply to a request that was one call.
   *
   * @throws LlmException if it is not a chat completion with at least one choice
   */
  public LlmReply read(LlmRequest request, int status, Map<String, String> headers, byte[] body) {
    Outcome outcome = outcome(status, headers, body);
    if (outcome instanceof Completion completion && !completion.choices().isEmpty()) {
      return LlmReply.of(request, List.of(completion), null, 1, 0);
    }
    throw (outcome instanceof Fault known ? known : Fault.noChoice()).exception(request, 1);
  }

  Outcome outcome(int status, Map<String, String> headers, byte[] bytes) {
    Duration retryAfter = retryAfter(headers, clock).orElse(null);
    JsonNode body = tree(bytes);
    if (status < 200 || status > 299) {
      return Fault.status(status, Objection.of(body), retryAfter);
    }
    JsonNode choices = body.path("choices");
    JsonNode error = body.path("error");
    if (!choices.isArray() && !error.isMissingNode() && !error.isNull()) {
      // Gateways report what the LLM behind them answered.
      int behind = error.path("code").asInt(0);
      return Fault.status(
          behind >= 400 && behind < 600 ? behind : 502, Objection.of(body), retryAfter);
    }
    if (!choices.isArray()) {
      return Fault.unreadable("gave a reply that is not a chat completion");
    }
    List<Choice> read = new ArrayList<>();
    for (JsonNode choice : choices) {
      if (choice.isObject() && !choice.path("finish_reason").asText().equals("error")) {
        read.add(choice(choice));
      }
    }
    JsonNode usage = body.path("usage");
    return new Completion(
        body.path("model").isTextual() ? body.path("model").asText().strip() : "",
        List.copyOf(read),
        Math.max(0, usage.path("prompt_tokens").asLong(0)),
        Math.max(0, usage.path("completion_tokens").asLong(0)));
  }

  private static JsonNode tree(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      return JSON.missingNode();
    }
  }

  private static Choice choice(JsonNode choice) {
    JsonNode message = choice.path("message");
    String finish = choice.path("finish_reason").asText("").toLowerCase(Locale.ROOT);
    String written =
        content(message.has("content") ? message.path("content") : choice.path("text"));
    String text = Texts.wellFormed(Texts.withoutReasoning(written));
    boolean cut = CUT.contains(finish);
    if (FILTERED.contains(finish)) {
      return new Choice("", Loss.FILTERED);
    }
    if (text.length() > LONGEST_TEXT) {
      return new Choice(Texts.wellFormed(text.substring(0, LONGEST_TEXT)), Loss.CUT);
    }
    if (!text.isEmpty()) {
      return new Choice(text, cut ? Loss.CUT : null);
    }
    if (!message.path("refusal").asText("").isBlank()) {
      return new Choice("", Loss.REFUSED);
    }
    if (message.path("tool_calls").size() > 0 || message.path("function_call").isObject()) {
      return new Choice("", Loss.TOOL_CALL);
    }
    return new Choice("", cut || !written.isBlank() ? Loss.REASONING : Loss.EMPTY);
  }

  /** A string, or parts of which those with text count. */
  private static String content(JsonNode content) {
    return content.isArray()
        ? StreamSupport.stream(content.spliterator(), false)
            .map(ReplyReader::part)
            .collect(Collectors.joining())
        : part(content);
  }

  private static String part(JsonNode part) {
    if (!part.isObject()) {
      return part.isValueNode() && !part.isNull() ? part.asText() : "";
    }
    String type = part.path("type").asText("text");
    return type.endsWith("text") && part.path("text").isTextual() ? part.path("text").asText() : "";
  }

  /**
   * The wait that a server asks for: RFC 9110, section 10.2.3, and OpenAI's finer header.
   *
   * @return empty if it does not say, or not readably; never negative
   */
  static Optional<Duration> retryAfter(Map<String, String> headers, Clock clock) {
    Map<String, String> any = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    any.putAll(headers);
    Optional<String> value = Optional.ofNullable(any.get("retry-after")).map(String::strip);
    return Optional.ofNullable(any.get("retry-after-ms"))
        .flatMap(millis -> seconds(millis.strip(), 1000))
        .or(() -> value.flatMap(v -> seconds(v, 1).or(() -> untilDate(v, clock))));
  }

  private static Optional<Duration> seconds(String value, double parts) {
    try {
      double seconds = Double.parseDouble(value) / parts;
      return seconds >= 0 && seconds < LONGEST_SECONDS
          ? Optional.of(Duration.ofMillis(Math.round(seconds * 1000)))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> untilDate(String value, Clock clock) {
    try {
      ZonedDateTime at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
      Duration wait = Duration.between(clock.instant(), at.toInstant());
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeException | ArithmeticException e) {
      return Optional.empty();
    }
  }
}

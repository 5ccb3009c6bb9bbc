package io.hydra.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.llm.LlmReply.Loss;
import io.hydra.llm.Outcome.Choice;
import io.hydra.llm.Outcome.Completion;
import io.hydra.llm.Outcome.Fault;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads an endpoint's reply, whatever it is. Reads no more of a chat completion than is needed,
 * since servers leave fields out and put others in. Has no side effects.
 */
public final class ReplyReader {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_TEXT = 64 * 1024;
  private static final Set<String> CUT =
      Set.of("length", "max_tokens", "model_length", "max_output_tokens");
  private static final Set<String> FILTERED =
      Set.of("content_filter", "safety", "recitation", "prohibited_content", "blocklist");

  private final Clock clock;

  /**
   * @param clock tells how far away a date in {@code Retry-After} is
   */
  public ReplyReader(Clock clock) {
    this.clock = clock;
  }

  /**
   * Reads the reply to a request that was one call.
   *
   * @throws LlmException if it is not a chat completion with at least one choice
   */
  public LlmReply read(LlmRequest request, HttpReply reply) {
    Outcome outcome = outcome(reply);
    if (outcome instanceof Completion completion && !completion.choices().isEmpty()) {
      return LlmReply.of(request, List.of(completion), null, 1, 0);
    }
    Fault fault = outcome instanceof Fault known ? known : Faults.noChoice();
    throw Faults.exception(fault, request, 1);
  }

  Outcome outcome(HttpReply reply) {
    Duration retryAfter = RetryAfter.of(reply.headers(), clock).orElse(null);
    JsonNode body = tree(reply.body());
    if (reply.status() < 200 || reply.status() > 299) {
      return Faults.status(reply.status(), Objection.of(body), retryAfter);
    }
    JsonNode choices = body.path("choices");
    JsonNode error = body.path("error");
    if (!choices.isArray() && !error.isMissingNode() && !error.isNull()) {
      // Gateways report what the LLM behind them answered.
      int status = error.path("code").asInt(0);
      return Faults.status(
          status >= 400 && status < 600 ? status : 502, Objection.of(body), retryAfter);
    }
    if (!choices.isArray()) {
      return Faults.unreadable("gave a reply that is not a chat completion");
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
    if (content.isArray()) {
      List<String> parts = new ArrayList<>();
      content.forEach(part -> parts.add(part(part)));
      return parts.stream().collect(Collectors.joining());
    }
    return part(content);
  }

  private static String part(JsonNode part) {
    if (!part.isObject()) {
      return part.isValueNode() && !part.isNull() ? part.asText() : "";
    }
    String type = part.path("type").asText("text");
    return type.endsWith("text") && part.path("text").isTextual() ? part.path("text").asText() : "";
  }
}

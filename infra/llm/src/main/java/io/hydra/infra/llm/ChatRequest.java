package io.hydra.infra.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.infra.llm.Json.ApiException;
import io.hydra.infra.llm.model.SimulatedModel.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A chat completion request. Other fields of OpenAI's (top_p, stop, tools, …) are accepted and have
 * no effect.
 *
 * @param maxTokens of each answer; {@link Integer#MAX_VALUE} if not said
 */
record ChatRequest(
    String model,
    List<Message> messages,
    int n,
    double temperature,
    OptionalLong seed,
    int maxTokens) {
  private static final int MOST_CHOICES = 128;
  private static final double HIGHEST_TEMPERATURE = 2;
  private static final List<String> ROLES =
      List.of("system", "developer", "user", "assistant", "tool", "function");

  static ChatRequest parse(JsonNode body) throws ApiException {
    if (body.path("stream").asBoolean(false)) {
      throw Json.badRequest("stream must be false: this server answers in one piece");
    }
    if (!body.path("model").isTextual()) {
      throw Json.badRequest("model must be a string");
    }
    int n = integer(body, "n", 1, MOST_CHOICES).orElse(1);
    JsonNode temperature = body.path("temperature");
    if (isGiven(temperature)
        && !(temperature.isNumber()
            && temperature.asDouble() >= 0
            && temperature.asDouble() <= HIGHEST_TEMPERATURE)) {
      throw Json.badRequest("temperature must be a number from 0 to 2");
    }
    JsonNode seed = body.path("seed");
    if (isGiven(seed) && !seed.canConvertToLong()) {
      throw Json.badRequest("seed must be a 64-bit integer");
    }
    OptionalInt old = integer(body, "max_tokens", 1, Integer.MAX_VALUE);
    return new ChatRequest(
        body.path("model").asText(),
        messages(body.path("messages")),
        n,
        temperature.asDouble(1),
        isGiven(seed) ? OptionalLong.of(seed.asLong()) : OptionalLong.empty(),
        integer(body, "max_completion_tokens", 1, Integer.MAX_VALUE)
            .orElse(old.orElse(Integer.MAX_VALUE)));
  }

  private static List<Message> messages(JsonNode array) throws ApiException {
    if (!array.isArray() || array.isEmpty()) {
      throw Json.badRequest("messages must be an array of at least one message");
    }
    List<Message> messages = new ArrayList<>();
    for (JsonNode node : array) {
      String role = node.path("role").asText();
      String place = "messages[" + messages.size() + "]";
      if (!ROLES.contains(role)) {
        throw Json.badRequest(place + ".role must be one of " + ROLES);
      }
      messages.add(new Message(role, content(node.path("content"), place)));
    }
    if (!messages.get(messages.size() - 1).isUser()) {
      throw Json.badRequest("the last message must be a user's");
    }
    return messages;
  }

  private static String content(JsonNode content, String place) throws ApiException {
    if (content.isTextual()) {
      return content.asText();
    }
    if (!content.isArray()) {
      throw Json.badRequest(place + ".content must be a string or an array of text parts");
    }
    List<String> parts = new ArrayList<>();
    for (JsonNode part : content) {
      if (!part.path("type").asText().equals("text") || !part.path("text").isTextual()) {
        throw Json.badRequest(place + ".content may hold text parts only");
      }
      parts.add(part.get("text").asText());
    }
    return String.join("\n", parts);
  }

  private static OptionalInt integer(JsonNode body, String name, int least, int most)
      throws ApiException {
    JsonNode node = body.path(name);
    if (!isGiven(node)) {
      return OptionalInt.empty();
    }
    if (!node.canConvertToInt() || node.asInt() < least || node.asInt() > most) {
      throw Json.badRequest(name + " must be an integer from " + least + " to " + most);
    }
    return OptionalInt.of(node.asInt());
  }

  private static boolean isGiven(JsonNode node) {
    return !node.isMissingNode() && !node.isNull();
  }
}

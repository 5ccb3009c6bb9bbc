package io.hydra.ingest.gateway.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.ingest.gateway.http.Call;
import io.hydra.ingest.gateway.http.Fields;
import io.hydra.ingest.gateway.http.Percent;
import io.hydra.ingest.gateway.http.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A request for a chat completion, as a question to a task. The task decides how the LLM is asked
 * (prompt, temperature, number of samples, tokens), so those parameters are ignored; parameters
 * that would change the shape of the answer are refused.
 *
 * @param input the text of the last message of the user: the task's prompt takes one
 * @param user null if none is named
 * @param includeUsage whether a stream ends with the usage
 */
record ChatRequest(String model, String user, String input, boolean stream, boolean includeUsage) {
  static final String TASK_PREFIX = "hydra/";
  static final String USER_HEADER = "X-Hydra-User";

  /** The model that a request names, whatever else it holds. */
  static String model(JsonNode body) {
    return Fields.of(body).text("model");
  }

  /** Tells whether a model is a task of ours. */
  static boolean isTask(String model) {
    return model.startsWith(TASK_PREFIX);
  }

  /** The user whom a request names: a field that OpenAI has for it, or a header of our own. */
  static Optional<String> user(Call call, JsonNode body) {
    Fields fields = Fields.of(body);
    Optional<String> header = call.header(USER_HEADER).map(Percent::decodeHeader);
    return header
        .or(() -> Optional.ofNullable(fields.textOrNull("user")))
        .or(() -> Optional.ofNullable(fields.textOrNull("safety_identifier")))
        .filter(user -> !user.isEmpty());
  }

  /**
   * Reads the rest of a request to a task.
   *
   * @throws Refusal if it asks for what a task does not give
   */
  static ChatRequest read(Call call, JsonNode body) {
    Fields fields = Fields.of(body);
    refuseOtherShapes(fields);
    Boolean stream = fields.booleanOrNull("stream");
    Fields options = fields.objectOrNull("stream_options");
    Boolean usage = options == null ? null : options.booleanOrNull("include_usage");
    return new ChatRequest(
        fields.text("model"),
        user(call, body).orElse(null),
        lastOfUser(fields),
        Boolean.TRUE.equals(stream),
        Boolean.TRUE.equals(usage));
  }

  String task() {
    return model.substring(TASK_PREFIX.length());
  }

  private static void refuseOtherShapes(Fields fields) {
    Integer n = fields.integerOrNull("n");
    if (n != null && n != 1) {
      throw fields.invalid("n", "must be 1: the candidates stand in hydra.candidates");
    }
    for (String name : List.of("tools", "functions", "audio", "logprobs", "top_logprobs")) {
      JsonNode value = fields.valueOrNull(name);
      boolean says =
          value != null && !value.isEmpty()
              || value != null && value.isValueNode() && !value.asText().equals("false");
      if (says) {
        throw fields.invalid(name, "is not there with a task: leave it out");
      }
    }
    Fields format = fields.objectOrNull("response_format");
    if (format != null && !"text".equals(format.textOrNull("type"))) {
      throw fields.invalid("response_format", "must be text: a task has its own form");
    }
  }

  private static String lastOfUser(Fields fields) {
    JsonNode messages = fields.valueOrNull("messages");
    if (messages == null || !messages.isArray() || messages.isEmpty()) {
      throw fields.invalid("messages", "must be an array with a message of role user");
    }
    for (int i = messages.size() - 1; i >= 0; i--) {
      JsonNode message = messages.get(i);
      if (message.path("role").asText().equals("user")) {
        return content(fields, message.path("content"));
      }
    }
    throw fields.invalid("messages", "must hold a message of role user");
  }

  private static String content(Fields fields, JsonNode content) {
    if (content.isTextual()) {
      return content.textValue();
    }
    List<JsonNode> parts = new ArrayList<>();
    content.forEach(parts::add);
    boolean texts =
        content.isArray()
            && parts.stream()
                .allMatch(
                    part ->
                        part.path("type").asText().equals("text") && part.path("text").isTextual());
    if (!texts || parts.isEmpty()) {
      throw fields.invalid(
          "messages", "must have a text, or parts of type text, as the content of the last user");
    }
    return parts.stream()
        .map(part -> part.path("text").textValue())
        .collect(Collectors.joining("\n"));
  }
}

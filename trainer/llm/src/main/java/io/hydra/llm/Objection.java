package io.hydra.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.model.prompt.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An endpoint's objection to a request, in its own identifiers: {@code error.type}, {@code
 * error.code} and {@code error.param} of OpenAI's form, or the places that a validator names.
 *
 * @param params names of fields; empty if none is named
 * @param said the endpoint's own words, to find a field's name in; may quote the prompt
 */
record Objection(String type, String code, List<String> params, String said) {
  static final Objection NONE = new Objection("", "", List.of(), "");

  private static final Pattern UNPAID = Pattern.compile("insufficient|billing");
  private static final Pattern KEY =
      Pattern.compile("invalid[ _]api[ _]key|api[ _]key not valid", Pattern.CASE_INSENSITIVE);
  private static final Pattern TOO_LONG =
      Pattern.compile(
          "context[ _](?:length|window|size)|maximum context|prompt is too long|too many tokens",
          Pattern.CASE_INSENSITIVE);
  private static final int MOST_SAID = 2000;
  private static final int MOST_PLACES = 20;
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z][A-Za-z0-9_.\\[\\]-]{0,47}");
  private static final Set<String> OUR_FIELDS =
      Set.of(
          "n", "seed", "temperature", "max_tokens", "max_completion_tokens", "messages", "model");

  /** Reads an error's body in any of the usual forms. */
  static Objection of(JsonNode reply) {
    JsonNode body = reply.isArray() && !reply.isEmpty() ? reply.get(0) : reply;
    JsonNode error = body.path("error");
    JsonNode told = error.isObject() ? error : body;
    List<String> params = new ArrayList<>();
    String param = text(told.path("param"));
    if (!param.isBlank()) {
      params.add(last(param));
    }
    for (JsonNode place : body.findValues("loc").stream().limit(MOST_PLACES).toList()) {
      if (place.isArray() && !place.isEmpty()) {
        params.add(last(place.get(place.size() - 1).asText()));
      }
    }
    String said =
        Stream.of(told.path("message"), told.path("detail"), error, body)
            .filter(JsonNode::isTextual)
            .map(JsonNode::asText)
            .findFirst()
            .orElseGet(body::toString);
    String type = text(told.path("type"));
    return new Objection(
        type.isEmpty() ? text(told.path("status")) : type,
        text(told.path("code")),
        List.copyOf(params),
        said.substring(0, Math.min(said.length(), MOST_SAID)));
  }

  boolean isAboutPayment() {
    return UNPAID.matcher(code + " " + type).find();
  }

  boolean isAboutTheKey() {
    return KEY.matcher(code + " " + said).find();
  }

  /** Tells whether prompt and answer together go beyond what the model reads. */
  boolean isAboutLength() {
    return TOO_LONG.matcher(code + " " + said).find();
  }

  private static String text(JsonNode node) {
    return node.isValueNode() && !node.isNull() ? node.asText().strip() : "";
  }

  /** {@code body.n} and {@code $.n} are n. */
  private static String last(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** The identifiers, without what reads like a sentence or stands in the prompt; may be "". */
  String shown(LlmRequest request) {
    return Stream.concat(
            Stream.of(type, code).filter(name -> fit(name, request)),
            params.stream().filter(name -> fit(name, request)).map(name -> "field " + name))
        .distinct()
        .limit(4)
        .collect(Collectors.joining(", "));
  }

  private static boolean fit(String name, LlmRequest request) {
    return OUR_FIELDS.contains(name)
        || (IDENTIFIER.matcher(name).matches()
            && request.messages().stream()
                .map(ChatMessage::content)
                .noneMatch(content -> content.contains(name)));
  }
}

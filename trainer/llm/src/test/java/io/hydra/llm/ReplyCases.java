package io.hydra.llm;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.llm.LlmException.Kind;
import io.hydra.llm.LlmReply.Loss;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Replies as endpoints give them, and what they are read as: {@code replies.jsonl}, one case a
 * line. Requests ask for {@code n} samples of 64 tokens.
 */
final class ReplyCases {
  private ReplyCases() {}

  record HttpReply(int status, Map<String, String> headers, byte[] body) {
    LlmReply read(ReplyReader reader, LlmRequest request) {
      return reader.read(request, status, headers, body);
    }
  }

  /**
   * One reply.
   *
   * @param failure null if it is a reply
   * @param told stands in the complaints or in the failure's message; "" if nothing is expected
   * @param tokens of prompt and completion; empty if they do not matter
   */
  record Case(
      String name,
      int n,
      HttpReply reply,
      List<String> texts,
      boolean cut,
      Map<Loss, Integer> losses,
      Kind failure,
      String told,
      List<Long> tokens) {

    LlmRequest request() {
      return Requests.request(Requests.SECRET, n, OptionalLong.empty());
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case> all() throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<Case> cases = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(ReplyCases.class.getResourceAsStream("replies.jsonl"), UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        cases.add(read(json.readTree(line)));
      }
    }
    return cases;
  }

  private static Case read(JsonNode row) {
    Map<String, String> headers = new HashMap<>();
    row.path("headers")
        .fields()
        .forEachRemaining(h -> headers.put(h.getKey(), h.getValue().asText()));
    Map<Loss, Integer> losses = new EnumMap<>(Loss.class);
    row.path("losses")
        .fields()
        .forEachRemaining(l -> losses.put(Loss.valueOf(l.getKey()), l.getValue().asInt()));
    List<String> texts = new ArrayList<>();
    row.path("texts").forEach(text -> texts.add(text.asText()));
    List<Long> tokens = new ArrayList<>();
    row.path("tokens").forEach(count -> tokens.add(count.asLong()));
    return new Case(
        row.path("name").asText(),
        row.path("n").asInt(1),
        new HttpReply(
            row.path("status").asInt(), headers, row.path("body").asText().getBytes(UTF_8)),
        texts,
        row.path("cut").asBoolean(),
        losses,
        row.has("failure") ? Kind.valueOf(row.path("failure").asText()) : null,
        row.path("told").asText(),
        tokens);
  }
}

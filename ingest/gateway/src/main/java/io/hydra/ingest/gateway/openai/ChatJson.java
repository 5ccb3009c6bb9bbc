package io.hydra.ingest.gateway.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydra.ingest.gateway.http.Json;
import io.hydra.ingest.gateway.http.Percent;
import io.hydra.ingest.gateway.http.Reply;
import io.hydra.schemas.avro.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A response as a chat completion. Its id is the query's, for verdicts; {@code hydra} and the
 * headers {@code X-Hydra-*} say how the answer came about.
 */
record ChatJson(ChatRequest request, Response response) {
  private static final String DONE = "data: [DONE]\n\n";

  Reply reply() {
    Reply reply =
        request.stream()
            ? new Reply(Reply.OK, Reply.EVENT_STREAM, Map.of(), new Reply.Bytes(chunks()))
            : Reply.json(Reply.OK, completion());
    return reply.with(headers());
  }

  private ObjectNode completion() {
    ObjectNode json = head("chat.completion");
    ObjectNode choice = json.putArray("choices").addObject().put("index", 0);
    choice.set("message", message());
    choice.putNull("logprobs").put("finish_reason", "stop");
    json.set("usage", usage());
    json.set("hydra", hydra());
    return json;
  }

  private ObjectNode message() {
    return Json.object()
        .put("role", "assistant")
        .put("content", response.getText())
        .putNull("refusal");
  }

  /** The answer is chosen among whole candidates, so it is there at once: one piece. */
  private byte[] chunks() {
    StringBuilder stream = new StringBuilder();
    data(stream, chunk(Json.object().put("role", "assistant").put("content", ""), null));
    data(stream, chunk(Json.object().put("content", response.getText()), null));
    ObjectNode last = chunk(Json.object(), "stop");
    last.set("hydra", hydra());
    data(stream, last);
    if (request.includeUsage()) {
      ObjectNode usage = head("chat.completion.chunk");
      usage.putArray("choices");
      usage.set("usage", usage());
      data(stream, usage);
    }
    return stream.append(DONE).toString().getBytes(UTF_8);
  }

  private ObjectNode chunk(ObjectNode delta, String finishReason) {
    ObjectNode json = head("chat.completion.chunk");
    ObjectNode choice = json.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.putNull("logprobs").put("finish_reason", finishReason);
    return json;
  }

  private static void data(StringBuilder stream, JsonNode json) {
    stream.append("data: ").append(new String(Json.write(json), UTF_8)).append("\n\n");
  }

  private ObjectNode head(String object) {
    return Json.object()
        .put("id", response.getQueryId())
        .put("object", object)
        .put("created", response.getAnsweredAt().getEpochSecond())
        .put("model", request.model())
        .put("system_fingerprint", response.getBaseVersion());
  }

  private ObjectNode usage() {
    return Json.object()
        .put("prompt_tokens", response.getPromptTokens())
        .put("completion_tokens", response.getCompletionTokens())
        .put("total_tokens", response.getPromptTokens() + response.getCompletionTokens());
  }

  /** The way that the answer came about, without what a completion says elsewhere. */
  private ObjectNode hydra() {
    return Json.of(response).without(List.of("tenant", "user_id", "task", "text", "answered_at"));
  }

  private Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("X-Hydra-Query-Id", Percent.encode(response.getQueryId()));
    headers.put("X-Hydra-Status", response.getStatus().name());
    headers.put("X-Hydra-Items", Integer.toString(response.getItems().size()));
    headers.put("X-Hydra-History-Version", Long.toString(response.getHistoryVersion()));
    headers.put("X-Hydra-Head-Version", Long.toString(response.getHeadVersion()));
    headers.put("X-Hydra-Base-Version", Percent.encode(response.getBaseVersion()));
    headers.put("X-Hydra-Llm-Calls", Integer.toString(response.getLlmCalls()));
    if (!response.getCandidates().isEmpty()) {
      double score = response.getCandidates().get(0).getScore();
      headers.put("X-Hydra-Best-Score", Double.toString(score));
    }
    return headers;
  }
}

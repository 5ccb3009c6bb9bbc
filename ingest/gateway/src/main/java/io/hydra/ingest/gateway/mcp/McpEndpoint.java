package io.hydra.ingest.gateway.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydra.ingest.gateway.auth.ApiKey;
import io.hydra.ingest.gateway.http.Call;
import io.hydra.ingest.gateway.http.Json;
import io.hydra.ingest.gateway.http.ProblemType;
import io.hydra.ingest.gateway.http.Refusal;
import io.hydra.ingest.gateway.http.Reply;
import io.hydra.ingest.gateway.http.Route.Endpoint;
import io.hydra.runtime.failure.Failures;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * The Model Context Protocol by its streamable HTTP transport: one JSON-RPC message a request, and
 * its reply as JSON. The server has nothing to say of its own accord and keeps no sessions, so it
 * offers no stream (GET is refused, as the protocol has it) and any gateway may take the next
 * message.
 */
public final class McpEndpoint implements Endpoint {
  /** That are spoken alike here, newest first. */
  private static final List<String> VERSIONS = List.of("2025-06-18", "2025-03-26", "2024-11-05");

  /** By which a client repeats the version that was agreed on. */
  private static final String VERSION = "MCP-Protocol-Version";

  private static final int INVALID_REQUEST = -32600;
  private static final int NO_SUCH_METHOD = -32601;
  private static final int INVALID_PARAMETERS = -32602;

  private final List<Tool> tools;
  private final boolean mayWrite;

  /** A request that the protocol does not know. */
  private static final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int code;

    ProtocolException(int code, String message) {
      super(message);
      this.code = code;
    }
  }

  /**
   * @param queries {@code POST /v1/queries}
   * @param responses {@code GET /v1/responses/{id}}
   * @param events {@code POST /v1/events}
   * @param forgetting {@code DELETE /v1/users/{id}}
   * @param mayWrite whether tools that change what is remembered are offered at all
   */
  public McpEndpoint(
      Endpoint queries,
      Endpoint responses,
      Endpoint events,
      Endpoint forgetting,
      boolean mayWrite) {
    this.tools = Tools.of(queries, responses, events, forgetting);
    this.mayWrite = mayWrite;
  }

  @Override
  public CompletionStage<Reply> answer(Call call) {
    if (call.header(VERSION).filter(version -> !VERSIONS.contains(version)).isPresent()) {
      throw Refusal.of(
          ProblemType.MALFORMED, VERSION + " must be one of " + String.join(", ", VERSIONS));
    }
    JsonNode message = call.json();
    JsonNode id = message.path("id");
    if (message.isObject() && id.isMissingNode() && message.path("method").isTextual()) {
      return CompletableFuture.completedFuture(
          new Reply(Reply.ACCEPTED, "text/plain", Map.of(), new Reply.Bytes(new byte[0])));
    }
    CompletionStage<ObjectNode> result;
    try {
      result = result(call, message, id);
    } catch (ProtocolException e) {
      result = CompletableFuture.failedFuture(e);
    }
    return result.handle((found, failure) -> reply(id, found, failure));
  }

  private static Reply reply(JsonNode id, ObjectNode result, Throwable failure) {
    ObjectNode reply = Json.object().put("jsonrpc", "2.0");
    reply.set("id", id.isTextual() || id.isIntegralNumber() ? id : null);
    if (failure == null) {
      reply.set("result", result);
    } else if (Failures.unwrap(failure) instanceof ProtocolException e) {
      reply.putObject("error").put("code", e.code).put("message", e.getMessage());
    } else {
      throw new CompletionException(Failures.unwrap(failure));
    }
    return Reply.json(Reply.OK, reply);
  }

  private CompletionStage<ObjectNode> result(Call call, JsonNode message, JsonNode id) {
    if (!message.isObject()
        || !message.path("jsonrpc").asText().equals("2.0")
        || !(id.isTextual() || id.isIntegralNumber())) {
      throw new ProtocolException(
          INVALID_REQUEST, "send one JSON-RPC 2.0 request with an id, and no batch");
    }
    JsonNode params = message.path("params");
    return switch (message.path("method").asText()) {
      case "initialize" -> CompletableFuture.completedFuture(initialize(params));
      case "ping" -> CompletableFuture.completedFuture(Json.object());
      case "tools/list" -> CompletableFuture.completedFuture(list(call.key()));
      case "tools/call" -> callTool(call, params);
      default ->
          throw new ProtocolException(
              NO_SUCH_METHOD, "this server has initialize, ping, tools/list and tools/call");
    };
  }

  private static ObjectNode initialize(JsonNode params) {
    String wanted = params.path("protocolVersion").asText();
    ObjectNode result = Json.object();
    result.put("protocolVersion", VERSIONS.contains(wanted) ? wanted : VERSIONS.get(0));
    result.putObject("capabilities").putObject("tools");
    result.putObject("serverInfo").put("name", "hydra").put("version", "1");
    result.put(
        "instructions",
        "hydra answers each user in that user's own way, and learns from what users do.");
    return result;
  }

  private ObjectNode list(ApiKey key) {
    ObjectNode result = Json.object();
    ArrayNode open = result.putArray("tools");
    tools.stream()
        .filter(tool -> tool.isOpenTo(key, mayWrite))
        .forEach(tool -> open.add(tool.describe()));
    return result;
  }

  private CompletionStage<ObjectNode> callTool(Call call, JsonNode params) {
    String name = params.path("name").asText();
    Optional<Tool> tool =
        tools.stream()
            .filter(each -> each.name().equals(name) && each.isOpenTo(call.key(), mayWrite))
            .findFirst();
    if (tool.isEmpty()) {
      throw new ProtocolException(
          INVALID_PARAMETERS, "no such tool is open to this key: see tools/list");
    }
    ObjectNode arguments =
        params.path("arguments") instanceof ObjectNode given ? given : Json.object();
    CompletionStage<Reply> reply;
    try {
      reply = tool.get().run().apply(Tool.Caller.of(call), arguments);
    } catch (Refusal refusal) {
      reply = CompletableFuture.failedFuture(refusal);
    }
    return reply.handle(McpEndpoint::content);
  }

  /** An agent reads a refusal as the tool's result, and may mend it. */
  private static ObjectNode content(Reply reply, Throwable failure) {
    String text =
        failure == null
            ? new String(((Reply.Bytes) reply.body()).content(), StandardCharsets.UTF_8)
            : told(Failures.unwrap(failure));
    ObjectNode result = Json.object();
    result.putArray("content").addObject().put("type", "text").put("text", text);
    result.put("isError", failure != null || reply.status() >= 300);
    return result;
  }

  private static String told(Throwable failure) {
    if (!(failure instanceof Refusal refusal)) {
      throw new CompletionException(failure);
    }
    StringBuilder told = new StringBuilder(refusal.getMessage());
    refusal.ids().forEach((name, id) -> told.append(" (%s %s)".formatted(name, id)));
    return told.toString();
  }
}

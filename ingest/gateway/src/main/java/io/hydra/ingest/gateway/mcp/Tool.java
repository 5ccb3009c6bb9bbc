package io.hydra.ingest.gateway.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydra.ingest.gateway.auth.ApiKey;
import io.hydra.ingest.gateway.auth.Role;
import io.hydra.ingest.gateway.http.Call;
import io.hydra.ingest.gateway.http.Json;
import io.hydra.ingest.gateway.http.Reply;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.eclipse.jetty.http.HttpFields;

/**
 * One thing that an agent may do.
 *
 * @param role that the key needs
 * @param writes whether it changes what is remembered
 * @param arguments names and descriptions, in their order
 * @param optional those that may be left out
 * @param run asks the endpoint that does it
 */
record Tool(
    String name,
    String description,
    Role role,
    boolean writes,
    Map<String, String> arguments,
    List<String> optional,
    BiFunction<Caller, ObjectNode, CompletionStage<Reply>> run) {

  boolean isOpenTo(ApiKey key, boolean mayWrite) {
    return key.roles().contains(role) && (mayWrite || !writes);
  }

  /** As {@code tools/list} describes it. */
  ObjectNode describe() {
    ObjectNode tool = Json.object().put("name", name).put("description", description);
    ObjectNode schema = tool.putObject("inputSchema").put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    arguments.forEach(
        (argument, about) ->
            properties.putObject(argument).put("type", "string").put("description", about));
    ArrayNode required = schema.putArray("required");
    arguments.keySet().stream().filter(each -> !optional.contains(each)).forEach(required::add);
    schema.put("additionalProperties", false);
    tool.putObject("annotations")
        .put("readOnlyHint", !writes)
        .put("destructiveHint", name.equals(Tools.FORGET));
    return tool;
  }

  /**
   * The caller of a tool, and the API requests made in their name.
   *
   * @param trace the caller's trace headers; the others speak of the tool call's own body and reply
   */
  record Caller(ApiKey key, HttpFields trace) {
    private static final byte[] NOTHING = {};

    static Caller of(Call call) {
      HttpFields.Mutable trace = HttpFields.build();
      call.trace().forEach(trace::put);
      return new Caller(call.key(), trace.asImmutable());
    }

    Call with(JsonNode body) {
      return new Call(key, List.of(), Map.of(), trace, Json.write(body));
    }

    Call at(String variable, Map<String, String> query) {
      return new Call(key, List.of(variable), query, trace, NOTHING);
    }
  }
}

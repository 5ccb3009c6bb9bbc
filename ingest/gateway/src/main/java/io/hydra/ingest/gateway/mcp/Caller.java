package io.hydra.ingest.gateway.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.ingest.gateway.auth.ApiKey;
import io.hydra.ingest.gateway.http.Call;
import io.hydra.ingest.gateway.http.Json;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;

/**
 * Whoever calls a tool, and the requests that it makes of the API in their name.
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

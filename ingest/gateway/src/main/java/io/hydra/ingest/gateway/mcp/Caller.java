package io.hydra.ingest.gateway.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.ingest.gateway.auth.ApiKey;
import io.hydra.ingest.gateway.http.Call;
import io.hydra.ingest.gateway.http.Json;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;

/** Whoever calls a tool, and the requests that it makes of the API in their name. */
record Caller(ApiKey key) {
  private static final byte[] NOTHING = {};

  Call with(JsonNode body) {
    return new Call(key, List.of(), Map.of(), HttpFields.EMPTY, Json.write(body));
  }

  Call at(String variable, Map<String, String> query) {
    return new Call(key, List.of(variable), query, HttpFields.EMPTY, NOTHING);
  }
}

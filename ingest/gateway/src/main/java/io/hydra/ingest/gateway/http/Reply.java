package io.hydra.ingest.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One answer.
 *
 * @param headers beside content type and length; the values need no escaping
 */
public record Reply(int status, String contentType, Map<String, String> headers, Body body) {
  public static final int OK = 200;
  public static final int ACCEPTED = 202;
  public static final int MULTI_STATUS = 207;
  public static final String JSON = "application/json";
  public static final String EVENT_STREAM = "text/event-stream";

  /** The content of an answer. */
  public sealed interface Body {}

  /** Content that is there. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Bytes(byte[] content) implements Body {}

  /** Content that is still to come; closed by whoever sends it. */
  public record Stream(InputStream content) implements Body {}

  public Reply {
    headers = Map.copyOf(headers);
  }

  public static Reply json(int status, JsonNode content) {
    return new Reply(status, JSON, Map.of(), new Bytes(Json.write(content)));
  }

  public Reply with(String name, String value) {
    return with(Map.of(name, value));
  }

  public Reply with(Map<String, String> further) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.putAll(further);
    return new Reply(status, contentType, all, body);
  }
}

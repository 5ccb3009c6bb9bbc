package io.hydra.ingest.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.ingest.gateway.auth.ApiKey;
import io.hydra.schemas.topic.HydraHeaders;
import io.hydra.schemas.user.UserKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;

/**
 * One request whose sender is known and whose body has arrived.
 *
 * @param key null where the route is open to all
 * @param variables of the path, decoded
 * @param query the parameters behind the path, decoded
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Call(
    ApiKey key,
    List<String> variables,
    Map<String, String> query,
    HttpFields headers,
    byte[] body) {
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name)).filter(value -> !value.isBlank());
  }

  /** The caller's trace context: its W3C headers. */
  public Map<String, String> trace() {
    Map<String, String> trace = new LinkedHashMap<>();
    for (String name : List.of(HydraHeaders.TRACEPARENT, HydraHeaders.TRACESTATE)) {
      header(name).ifPresent(value -> trace.put(name, value));
    }
    return trace;
  }

  /** The media type without its parameters, in lower case; empty if none is named. */
  public String mediaType() {
    return mediaType(header("Content-Type").orElse(""));
  }

  /** The same of any such value. */
  public static String mediaType(String type) {
    int parameters = type.indexOf(';');
    return (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
  }

  public boolean accepts(String mediaType) {
    return header("Accept").filter(types -> types.contains(mediaType)).isPresent();
  }

  /**
   * The body as text, without a byte order mark.
   *
   * @throws Refusal if it is not UTF-8
   */
  public String text() {
    return Json.withoutMark(Json.utf8(body));
  }

  /**
   * A body of JSON.
   *
   * @throws Refusal if it is none, or called something else
   */
  public JsonNode json() {
    String type = mediaType();
    if (!type.isEmpty() && !type.equals(Reply.JSON)) {
      throw Refusal.of(
          ProblemType.UNSUPPORTED_MEDIA_TYPE, "this path takes application/json alone");
    }
    return Json.parse(text());
  }

  /**
   * A user of the key's tenant.
   *
   * @throws Refusal if the id breaks a rule
   */
  public UserKey user(String id) {
    try {
      return new UserKey(key.tenant(), id);
    } catch (IllegalArgumentException e) {
      throw Refusal.ofRule(e.getMessage());
    }
  }

  /**
   * Refuses to speak for another tenant than the key's.
   *
   * @param tenant as a request names it; null if it does not
   */
  public void requireOwn(String tenant) {
    if (tenant != null && !tenant.equals(key.tenant())) {
      throw Refusal.of(
          ProblemType.FORBIDDEN,
          "tenant is not the key's own: leave it out, the key decides the tenant");
    }
  }
}

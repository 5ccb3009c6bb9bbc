package io.hydra.infra.llm.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads and writes JSON bodies. */
final class Json {
  static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final int LARGEST_BODY = 4 << 20;

  /** A client that is still sending would not see the refusal; so much more is read for it. */
  private static final int MOST_DRAINED = 64 << 20;

  private Json() {}

  /** The body as an object. */
  static ObjectNode read(HttpExchange exchange) throws IOException, ApiException {
    InputStream in = exchange.getRequestBody();
    byte[] body = in.readNBytes(LARGEST_BODY + 1);
    if (body.length > LARGEST_BODY) {
      drain(in);
      throw ApiException.of(
          413,
          "invalid_request_error",
          "request_too_large",
          "the request body is larger than " + LARGEST_BODY + " bytes");
    }
    JsonNode node;
    try {
      node = MAPPER.readTree(body);
    } catch (JsonProcessingException e) {
      throw ApiException.badRequest("the request body is not valid JSON");
    }
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw ApiException.badRequest("the request body must be a JSON object");
  }

  static void send(HttpExchange exchange, int status, JsonNode body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    sendBytes(exchange, status, MAPPER.writeValueAsBytes(body));
  }

  static void sendBytes(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  static void sendError(HttpExchange exchange, ApiException error) throws IOException {
    ObjectNode body = MAPPER.createObjectNode();
    body.putObject("error")
        .put("message", error.getMessage())
        .put("type", error.type())
        .putNull("param")
        .put("code", error.code());
    send(exchange, error.status(), body);
  }

  private static void drain(InputStream in) throws IOException {
    byte[] buffer = new byte[1 << 16];
    int drained = 0;
    for (int n = in.read(buffer); n >= 0 && drained < MOST_DRAINED; n = in.read(buffer)) {
      drained += n;
    }
  }

  /** Sees to it that every exchange ends, whatever a step does. */
  static final class Exchanges {
    private static final Logger log = LoggerFactory.getLogger(Exchanges.class);

    private Exchanges() {}

    /** Part of answering a request. */
    interface Step {
      void run() throws IOException, ApiException;
    }

    static void guard(HttpExchange exchange, Step step) {
      try {
        try {
          step.run();
        } catch (ApiException e) {
          Json.sendError(exchange, e);
        }
      } catch (IOException e) {
        // The client has gone; nobody is left to tell.
        exchange.close();
      } catch (RuntimeException e) {
        // Only the class: a message may quote the request.
        log.error("a request failed with {}", e.getClass().getName());
        exchange.close();
      }
    }
  }
}

package io.hydra.infra.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Exchanges with JSON bodies, errors in OpenAI's form. */
final class Json {
  static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final Logger log = LoggerFactory.getLogger(Json.class);
  private static final int LARGEST_BODY = 4 << 20;

  /** A client that is still sending would not see the refusal; so much more is read for it. */
  private static final int MOST_DRAINED = 64 << 20;

  private Json() {}

  /** A request that is answered with OpenAI's error object. */
  static final class ApiException extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String type;
    private final String code;

    ApiException(int status, String type, String code, String message) {
      super(message);
      this.status = status;
      this.type = type;
      this.code = code;
    }
  }

  /** A fault of the request. */
  static ApiException invalid(int status, String code, String message) {
    return new ApiException(status, "invalid_request_error", code, message);
  }

  static ApiException badRequest(String message) {
    return invalid(400, "invalid_value", message);
  }

  private record ErrorBody(Fault error) {
    private record Fault(String message, String type, String param, String code) {}
  }

  /** The body as an object. */
  static ObjectNode read(HttpExchange exchange) throws IOException, ApiException {
    InputStream in = exchange.getRequestBody();
    byte[] body = in.readNBytes(LARGEST_BODY + 1);
    if (body.length > LARGEST_BODY) {
      byte[] buffer = new byte[1 << 16];
      int drained = 0;
      for (int n = in.read(buffer); n >= 0 && drained < MOST_DRAINED; n = in.read(buffer)) {
        drained += n;
      }
      throw invalid(
          413, "request_too_large", "the request body is larger than " + LARGEST_BODY + " bytes");
    }
    try {
      if (MAPPER.readTree(body) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw badRequest("the request body is not valid JSON");
    }
    throw badRequest("the request body must be a JSON object");
  }

  static void send(HttpExchange exchange, int status, Object body) throws IOException {
    sendBytes(exchange, status, MAPPER.writeValueAsBytes(body));
  }

  static void sendBytes(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  /** Answers a request. */
  @FunctionalInterface
  interface Handler {
    void handle(HttpExchange exchange) throws IOException, ApiException;
  }

  /** Sees to it that every exchange ends, whatever its handler does. */
  static void guard(HttpExchange exchange, Handler handler) {
    try {
      try {
        handler.handle(exchange);
      } catch (ApiException e) {
        var error = new ErrorBody.Fault(e.getMessage(), e.type, null, e.code);
        send(exchange, e.status, new ErrorBody(error));
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

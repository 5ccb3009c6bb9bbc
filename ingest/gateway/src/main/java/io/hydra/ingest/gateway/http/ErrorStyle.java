package io.hydra.ingest.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;

/** The form in which a refusal is written. */
public enum ErrorStyle {
  /** RFC 9457. */
  PROBLEM {
    @Override
    Reply.Bytes content(Refusal refusal) {
      return new Reply.Bytes(Json.write(problem(refusal)));
    }

    @Override
    String contentType() {
      return "application/problem+json";
    }
  },

  /** The error object of OpenAI's API, which its clients know how to read. */
  OPENAI {
    @Override
    Reply.Bytes content(Refusal refusal) {
      ObjectNode error = Json.object();
      error.put("message", refusal.getMessage());
      error.put(
          "type",
          status(refusal) >= ProblemType.INTERNAL.status()
              ? "server_error"
              : refusal.type() == ProblemType.TOO_MANY_REQUESTS
                  ? "rate_limit_error"
                  : "invalid_request_error");
      error.put("param", refusal.field());
      error.put("code", code(refusal));
      refusal.ids().forEach(error::put);
      ObjectNode content = Json.object();
      content.set("error", error);
      return new Reply.Bytes(Json.write(content));
    }

    @Override
    String contentType() {
      return Reply.JSON;
    }

    /** OpenAI answers 400 to whatever it does not understand. */
    @Override
    int status(Refusal refusal) {
      return refusal.type() == ProblemType.INVALID
          ? ProblemType.MALFORMED.status()
          : super.status(refusal);
    }

    private String code(Refusal refusal) {
      return switch (refusal.type()) {
        case UNAUTHORIZED -> "invalid_api_key";
        case TOO_MANY_REQUESTS -> "rate_limit_exceeded";
        default ->
            refusal.type() == ProblemType.NOT_FOUND && "model".equals(refusal.field())
                ? "model_not_found"
                : refusal.type().slug().replace('-', '_');
      };
    }
  };

  abstract Reply.Bytes content(Refusal refusal);

  abstract String contentType();

  int status(Refusal refusal) {
    return refusal.type().status();
  }

  /** The whole answer. */
  public Reply reply(Refusal refusal) {
    Map<String, String> headers = new HashMap<>(refusal.headers());
    if (refusal.retryAfterSeconds() > 0) {
      headers.put("Retry-After", Integer.toString(refusal.retryAfterSeconds()));
    }
    if (refusal.type() == ProblemType.UNAUTHORIZED) {
      headers.put("WWW-Authenticate", "Bearer");
    }
    return new Reply(status(refusal), contentType(), headers, content(refusal));
  }

  /** RFC 9457's object; also of one record among many. */
  public static ObjectNode problem(Refusal refusal) {
    ObjectNode problem = Json.object();
    problem.put("type", refusal.type().urn());
    problem.put("title", refusal.type().title());
    problem.put("status", refusal.type().status());
    problem.put("detail", refusal.getMessage());
    if (refusal.field() != null) {
      problem.put("field", refusal.field());
    }
    refusal.ids().forEach(problem::put);
    return problem;
  }
}

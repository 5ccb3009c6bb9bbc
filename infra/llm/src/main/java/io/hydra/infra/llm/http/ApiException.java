package io.hydra.infra.llm.http;

/** A request that is answered with OpenAI's error object. */
final class ApiException extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String type;
  private final String code;

  private ApiException(int status, String type, String code, String message) {
    super(message);
    this.status = status;
    this.type = type;
    this.code = code;
  }

  static ApiException badRequest(String message) {
    return new ApiException(400, "invalid_request_error", "invalid_value", message);
  }

  static ApiException of(int status, String type, String code, String message) {
    return new ApiException(status, type, code, message);
  }

  int status() {
    return status;
  }

  String type() {
    return type;
  }

  String code() {
    return code;
  }
}

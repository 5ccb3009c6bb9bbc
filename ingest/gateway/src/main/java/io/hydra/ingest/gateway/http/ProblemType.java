package io.hydra.ingest.gateway.http;

/** The kinds of refusal: each has its status and its name, by which a program tells them apart. */
public enum ProblemType {
  MALFORMED(400, "malformed", "The request cannot be read"),
  UNAUTHORIZED(401, "unauthorized", "No valid API key"),
  FORBIDDEN(403, "forbidden", "The key does not allow this"),
  NOT_FOUND(404, "not-found", "There is no such thing"),
  METHOD_NOT_ALLOWED(405, "method-not-allowed", "The path does not take this method"),
  REQUEST_TIMEOUT(408, "request-timeout", "The request did not arrive in time"),
  TOO_LARGE(413, "too-large", "The request is too large"),
  UNSUPPORTED_MEDIA_TYPE(415, "unsupported-media-type", "The content type is none of those taken"),
  INVALID(422, "invalid", "The request breaks a rule"),
  TOO_MANY_REQUESTS(429, "too-many-requests", "The key makes too many requests"),
  INTERNAL(500, "internal", "A defect on our side"),
  UPSTREAM_FAILED(502, "upstream-failed", "The LLM did not answer"),
  UNAVAILABLE(503, "unavailable", "It cannot be done now"),
  DEADLINE_EXCEEDED(504, "deadline-exceeded", "There was no answer in time");

  private static final String URN = "urn:hydra:problem:";

  private final int status;
  private final String slug;
  private final String title;

  ProblemType(int status, String slug, String title) {
    this.status = status;
    this.slug = slug;
    this.title = title;
  }

  public int status() {
    return status;
  }

  /** Its name in JSON. */
  public String slug() {
    return slug;
  }

  public String urn() {
    return URN + slug;
  }

  public String title() {
    return title;
  }
}

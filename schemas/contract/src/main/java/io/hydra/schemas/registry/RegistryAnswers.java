package io.hydra.schemas.registry;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;

/** The meaning of the registry's error answers, in one place for all that ask it. */
public final class RegistryAnswers {
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int TIMEOUT = 408;
  private static final int CONFLICT = 409;
  private static final int UNPROCESSABLE = 422;
  private static final int TOO_MANY = 429;

  /** First digits of the error codes with which the registry itself says "not found". */
  private static final int OWN_NOT_FOUND = 404;

  /** Start of the client's message, which has no class of its own, about other schema types. */
  private static final String NOT_AVRO = "Invalid schema";

  private RegistryAnswers() {}

  /**
   * Tells whether the registry itself, not a proxy, says that it does not have what was asked for.
   */
  public static boolean isUnknown(RestClientException e) {
    return e.getStatus() == NOT_FOUND && e.getErrorCode() / 100 == OWN_NOT_FOUND;
  }

  /** Tells whether the answer is only about when it was asked. */
  static boolean isBusy(RestClientException e) {
    return e.getStatus() == TOO_MANY || e.getStatus() == TIMEOUT;
  }

  /** Tells whether a schema was judged and refused. */
  static boolean isRefusal(RestClientException e) {
    return e.getStatus() == CONFLICT || e.getStatus() == UNPROCESSABLE;
  }

  static boolean isOtherSchemaType(IOException e) {
    return String.valueOf(e.getMessage()).startsWith(NOT_AVRO);
  }

  static RegistryUnavailableException unavailable(RestClientException e) {
    int status = e.getStatus();
    String what =
        status == UNAUTHORIZED || status == FORBIDDEN
            ? "the schema registry refuses our credentials (%d)"
            : "the schema registry answered %d";
    return new RegistryUnavailableException(what.formatted(status), e);
  }
}

package io.hydra.schemas.registry;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;

/** The meaning of the registry's error answers, in one place for all that ask it. */
public final class RegistryAnswers {
  private static final int NOT_FOUND = 404;

  private RegistryAnswers() {}

  /**
   * Tells whether the registry itself, not a proxy, says that it does not have what was asked for:
   * its own error codes have two more digits.
   */
  public static boolean isUnknown(RestClientException e) {
    return e.getStatus() == NOT_FOUND && e.getErrorCode() / 100 == NOT_FOUND;
  }

  /** Tells whether the answer, a timeout or "too many requests", is only about the moment. */
  static boolean isBusy(RestClientException e) {
    return e.getStatus() == 408 || e.getStatus() == 429;
  }

  /** Tells whether a schema was judged and refused, as a conflict or as unprocessable. */
  static boolean isRefusal(RestClientException e) {
    return e.getStatus() == 409 || e.getStatus() == 422;
  }

  /**
   * Tells by the client's message, since the exception has no own class, that a schema is not Avro.
   */
  static boolean isOtherSchemaType(IOException e) {
    return String.valueOf(e.getMessage()).startsWith("Invalid schema");
  }

  static RegistryUnavailableException unavailable(RestClientException e) {
    int status = e.getStatus();
    String what =
        status == 401 || status == 403
            ? "the schema registry refuses our credentials (%d)"
            : "the schema registry answered %d";
    return new RegistryUnavailableException(what.formatted(status), e);
  }

  static RegistryUnavailableException unavailable(IOException e) {
    return new RegistryUnavailableException("the schema registry does not answer", e);
  }
}

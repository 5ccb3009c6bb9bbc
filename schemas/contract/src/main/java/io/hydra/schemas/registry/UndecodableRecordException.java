package io.hydra.schemas.registry;

import io.hydra.schemas.deadletter.RejectedRecordException;

/** The value is not Avro in Confluent's wire format, or its schema is unknown to the registry. */
public final class UndecodableRecordException extends RejectedRecordException {
  private static final long serialVersionUID = 1L;

  public UndecodableRecordException(String message) {
    super(message);
  }

  public UndecodableRecordException(String message, Throwable cause) {
    super(message, cause);
  }
}

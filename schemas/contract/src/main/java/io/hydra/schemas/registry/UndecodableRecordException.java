package io.hydra.schemas.registry;

import io.hydra.schemas.deadletter.RejectedRecordException;

/** The value is not Avro in Confluent's wire format, or its schema is unknown to the registry. */
public final class UndecodableRecordException extends RejectedRecordException {
  private static final long serialVersionUID = 1L;

  private final boolean isSchemaUnknown;

  public UndecodableRecordException(String message) {
    this(message, false);
  }

  UndecodableRecordException(String message, boolean isSchemaUnknown) {
    super(message);
    this.isSchemaUnknown = isSchemaUnknown;
  }

  /** Tells whether the registry did not give the schema, which it may do a moment later. */
  public boolean isSchemaUnknown() {
    return isSchemaUnknown;
  }
}

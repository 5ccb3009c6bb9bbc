package io.hydra.stream.event;

import io.hydra.schemas.deadletter.RejectedRecordException;

/** The event is valid, and this version does not process its kind: it is set aside for a replay. */
public final class UnsupportedEventException extends RejectedRecordException {
  private static final long serialVersionUID = 1L;

  public UnsupportedEventException(String message) {
    super(message);
  }
}

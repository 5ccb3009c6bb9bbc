package io.hydra.infra.broker;

import io.hydra.schemas.config.UserException;

/** The broker cannot start; the message is one line that says why. Fatal: the process exits. */
final class BrokerException extends UserException {
  private static final long serialVersionUID = 1;

  BrokerException(String message) {
    super(message);
  }

  BrokerException(String message, Throwable cause) {
    super(message, cause);
  }
}

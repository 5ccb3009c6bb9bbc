package io.hydra.schemas.registry;

/** The registry did not answer: worth a retry, and no fault of the record. */
public final class RegistryUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RegistryUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}

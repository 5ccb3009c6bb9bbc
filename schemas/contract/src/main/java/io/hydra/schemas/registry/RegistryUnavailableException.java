package io.hydra.schemas.registry;

/** The registry does not answer, or refuses us: will be retried, and is not the record's fault. */
public final class RegistryUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RegistryUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}

package io.hydra.serving.async;

import java.util.concurrent.CompletionException;

/** Failures as futures pass them on. */
public final class Failures {
  private Failures() {}

  /** The failure behind the wrapper that a future puts around it. */
  public static Throwable unwrap(Throwable error) {
    return error instanceof CompletionException && error.getCause() != null
        ? error.getCause()
        : error;
  }
}

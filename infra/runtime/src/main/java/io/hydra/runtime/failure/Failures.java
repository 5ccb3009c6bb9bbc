package io.hydra.runtime.failure;

import java.util.Arrays;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/** Reads failures that futures pass on. */
public final class Failures {
  private static final int FRAMES = 12;

  private Failures() {}

  /** The failure behind the wrappers that futures put around it. */
  public static Throwable unwrap(Throwable error) {
    Throwable cause = error;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** A stack trace for the log without the messages of exceptions, which may quote a user. */
  public static String traceWithoutMessages(Throwable error) {
    String frames =
        Arrays.stream(error.getStackTrace())
            .limit(FRAMES)
            .map(StackTraceElement::toString)
            .collect(Collectors.joining(" < "));
    String cause =
        error.getCause() == null ? "" : ", caused by " + error.getCause().getClass().getName();
    return error.getClass().getName() + cause + " at " + frames;
  }
}

package io.hydra.serving.async;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Stack traces for the log without the messages of exceptions, which may quote a user's text. */
public final class Traces {
  private static final int FRAMES = 12;

  private Traces() {}

  public static String withoutMessages(Throwable error) {
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

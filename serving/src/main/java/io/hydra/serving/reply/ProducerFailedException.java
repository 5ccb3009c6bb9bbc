package io.hydra.serving.reply;

/** The producer cannot go on, and so neither can the process. */
public final class ProducerFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ProducerFailedException(Throwable cause) {
    super("the producer cannot go on: " + cause.getClass().getName(), cause);
  }
}

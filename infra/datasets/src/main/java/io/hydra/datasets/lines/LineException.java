package io.hydra.datasets.lines;

/** A line is malformed; the message says how, without quoting it. */
final class LineException extends Exception {
  private static final long serialVersionUID = 1L;

  LineException(String message) {
    super(message);
  }
}

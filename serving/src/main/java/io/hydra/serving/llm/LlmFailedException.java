package io.hydra.serving.llm;

/** The LLM gave no answer in the attempts and the time it had. */
public final class LlmFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final int calls;

  /**
   * @param calls how many were made
   */
  public LlmFailedException(String message, int calls, Throwable cause) {
    super(message, cause);
    this.calls = calls;
  }

  public int calls() {
    return calls;
  }
}

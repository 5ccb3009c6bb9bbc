package io.hydra.llm;

/**
 * An LLM gave no reply. The message names what went wrong and the remedy, never what was said;
 * there is no cause, since an endpoint's own words may quote the prompt.
 */
public final class LlmException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A part of the message of a {@link Kind#TOO_LATE} whose {@link Deadline} was abandoned. */
  public static final String NO_LONGER_WANTED = "the answer is no longer wanted";

  /** The reason for which there is no reply. */
  public enum Kind {
    /** The key is missing, wrong or not good for this. */
    UNAUTHORIZED(false),
    /** The same request would be refused again. */
    REFUSED(false),
    /** The endpoint asks for patience. */
    BUSY(true),
    /** The endpoint is away or broken. */
    UNAVAILABLE(true),
    /** It did not answer in the time it had. */
    SLOW(true),
    /** It answers, but not with a chat completion. */
    UNREADABLE(true),
    /** The deadline leaves no time for a call, or the answer is no longer wanted. */
    TOO_LATE(false),
    /** The caller closed the LLM. */
    CLOSED(false);

    private final boolean retriable;

    Kind(boolean retriable) {
      this.retriable = retriable;
    }

    /** Tells whether the same request may succeed later. */
    public boolean retriable() {
      return retriable;
    }
  }

  private final Kind kind;
  private final int calls;

  public LlmException(Kind kind, String message) {
    this(kind, message, 0);
  }

  /**
   * @param calls the number of calls made
   */
  public LlmException(Kind kind, String message, int calls) {
    // Where it was thrown says nothing of an endpoint, and a busy one fails often.
    super(message, null, false, false);
    this.kind = kind;
    this.calls = calls;
  }

  public Kind kind() {
    return kind;
  }

  public int calls() {
    return calls;
  }

  static LlmException closed() {
    return new LlmException(Kind.CLOSED, "the LLM endpoint was given up: its caller closed it");
  }

  /** The same failure after so many calls. */
  public LlmException withCalls(int all) {
    return new LlmException(kind, getMessage(), all);
  }
}

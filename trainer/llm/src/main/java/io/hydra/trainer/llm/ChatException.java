package io.hydra.trainer.llm;

/**
 * An LLM gave no reply. The message names the endpoint and the remedy, never what was said; there
 * is no cause, since an endpoint's own words may quote the prompt.
 */
public final class ChatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why there is none. */
  public enum Kind {
    /** The key is missing, wrong or not good for this. */
    UNAUTHORIZED,
    /** The same request would be refused again. */
    REFUSED,
    /** The endpoint is away, too busy or too slow. */
    UNAVAILABLE,
    /** It answers, but not with a chat completion. */
    UNREADABLE,
    /** The caller closed the chat. */
    CLOSED
  }

  private final Kind kind;

  public ChatException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}

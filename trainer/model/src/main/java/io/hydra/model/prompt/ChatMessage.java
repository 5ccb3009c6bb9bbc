package io.hydra.model.prompt;

/** One turn of a chat. */
public record ChatMessage(Role role, String content) {
  /** The speaker of a message. */
  public enum Role {
    SYSTEM,
    USER,
    ASSISTANT
  }
}

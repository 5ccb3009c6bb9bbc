package io.hydra.model.prompt;

/** One turn of a chat. */
public record ChatMessage(Role role, String content) {
  /** Who speaks. */
  public enum Role {
    SYSTEM,
    USER,
    ASSISTANT
  }
}

package io.hydra.infra.llm.prompt;

/** One chat message; an array of text parts is joined by line breaks. */
public record Message(String role, String content) {
  public boolean isUser() {
    return role.equals("user");
  }

  public boolean isAssistant() {
    return role.equals("assistant");
  }

  public boolean isInstruction() {
    return role.equals("system") || role.equals("developer");
  }
}

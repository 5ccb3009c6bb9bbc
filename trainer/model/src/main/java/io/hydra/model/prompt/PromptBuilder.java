package io.hydra.model.prompt;

import io.hydra.model.prompt.ChatMessage.Role;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.List;

/**
 * Words a query as a chat: the user's own past items as turns that were already answered, the least
 * useful first, so that the most useful stands next to the question.
 */
public final class PromptBuilder {
  /** Longest piece of an item's input in the prompt, in characters. */
  static final int MAX_ITEM_CHARS = 1500;

  /** Longest piece of the query's input in the prompt, in characters. */
  static final int MAX_INPUT_CHARS = 6000;

  private PromptBuilder() {}

  /**
   * @param items most useful first; none makes it the plain prompt
   */
  public static List<ChatMessage> personalized(
      TaskSpec task, List<HistoryItem> items, String input) {
    if (items.isEmpty()) {
      return plain(task, input);
    }
    List<ChatMessage> messages = new ArrayList<>(2 * items.size() + 2);
    messages.add(
        new ChatMessage(
            Role.SYSTEM,
            "You answer as one particular person would. The turns before the last show how this"
                + " person answered earlier; answer the last in the same way."));
    for (int i = items.size() - 1; i >= 0; i--) {
      HistoryItem item = items.get(i);
      messages.add(new ChatMessage(Role.USER, "Text: " + cut(item.input(), MAX_ITEM_CHARS)));
      messages.add(new ChatMessage(Role.ASSISTANT, cut(item.output(), MAX_ITEM_CHARS)));
    }
    messages.add(question(task, input));
    return messages;
  }

  /** The question alone: the LLM's own answer, nobody's in particular. */
  public static List<ChatMessage> plain(TaskSpec task, String input) {
    return List.of(question(task, input));
  }

  private static ChatMessage question(TaskSpec task, String input) {
    String options =
        task.isClosed() ? "\nOptions: [" + String.join(", ", task.options()) + "]" : "";
    return new ChatMessage(
        Role.USER, task.instruction() + options + "\nText: " + cut(input, MAX_INPUT_CHARS));
  }

  private static String cut(String text, int chars) {
    if (text.length() <= chars) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(chars - 1)) ? chars - 1 : chars;
    return text.substring(0, end) + "…";
  }
}

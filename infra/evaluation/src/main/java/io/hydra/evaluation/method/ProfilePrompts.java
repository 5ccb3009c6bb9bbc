package io.hydra.evaluation.method;

import io.hydra.model.prompt.ChatMessage;
import io.hydra.model.prompt.ChatMessage.Role;
import io.hydra.model.prompt.Prompt;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.List;

/** Profile-augmented generation (PAG): the LLM describes the user first, then answers. */
public final class ProfilePrompts {
  /** Items that the description is made from. */
  public static final int ITEMS = 16;

  private ProfilePrompts() {}

  /**
   * @param items newest first
   */
  public static List<ChatMessage> describe(TaskSpec task, List<HistoryItem> items) {
    List<ChatMessage> messages = new ArrayList<>();
    messages.add(
        new ChatMessage(
            Role.SYSTEM,
            "Describe in one or two sentences how this person answers, for somebody who will"
                + " answer in their place."));
    List<ChatMessage> turns = Prompt.personalized(task, items, "").messages();
    messages.addAll(turns.subList(1, turns.size() - 1));
    messages.add(new ChatMessage(Role.USER, "Describe this person."));
    return messages;
  }

  /**
   * @param profile the description that the LLM wrote
   * @param items most useful first, at least one
   */
  public static List<ChatMessage> answer(
      TaskSpec task, String profile, List<HistoryItem> items, String input) {
    List<ChatMessage> messages =
        new ArrayList<>(Prompt.personalized(task, items, input).messages());
    messages.set(
        0,
        new ChatMessage(
            Role.SYSTEM, messages.get(0).content() + " About this person: " + profile.strip()));
    return messages;
  }
}

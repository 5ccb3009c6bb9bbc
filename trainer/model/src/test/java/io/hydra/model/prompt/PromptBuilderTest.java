package io.hydra.model.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.prompt.ChatMessage.Role;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptBuilderTest {
  private static final TaskSpec TASK = TaskCatalogue.shipped().find("LaMP_3").orElseThrow();

  @Test
  void mostUsefulItemStandsNextToTheQuestion() {
    List<ChatMessage> chat =
        PromptBuilder.personalized(
            TASK,
            List.of(new HistoryItem("b", 2, "best", "5"), new HistoryItem("a", 1, "next", "1")),
            "and this?");
    assertThat(chat)
        .extracting(ChatMessage::role)
        .containsExactly(
            Role.SYSTEM, Role.USER, Role.ASSISTANT, Role.USER, Role.ASSISTANT, Role.USER);
    assertThat(chat.get(3).content()).isEqualTo("Text: best");
    assertThat(chat.get(4).content()).isEqualTo("5");
    assertThat(chat.get(5).content()).contains("[1, 2, 3, 4, 5]").endsWith("Text: and this?");
  }

  @Test
  void withoutHistoryThePromptIsThePlainOne() {
    assertThat(PromptBuilder.personalized(TASK, List.of(), "x"))
        .isEqualTo(PromptBuilder.plain(TASK, "x"));
  }

  @Test
  void longTextsAreCutBetweenCharacters() {
    String smile = "\uD83D\uDE00";
    String text = "x" + smile.repeat(PromptBuilder.MAX_INPUT_CHARS);
    String content = PromptBuilder.plain(TASK, text).get(0).content();
    assertThat(content).hasSizeLessThan(PromptBuilder.MAX_INPUT_CHARS + 200).endsWith(smile + "…");
  }
}

package io.hydra.infra.llm.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.llm.model.Prompt.Example;
import io.hydra.infra.llm.model.SimulatedModel.Message;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptTest {
  @Test
  void examplesOptionsAndTextAreReadFromTheUsualForm() {
    Prompt prompt =
        Prompt.parse(
            List.of(
                new Message("system", "Answer with one label."),
                new Message("user", "Which?\nOptions: [women, food & drink, sci-fi]\nText: one"),
                new Message("assistant", " sci-fi\n"),
                new Message("user", "Which?\nOptions: [women, food & drink, sci-fi]\nText: two")));

    assertThat(prompt.options()).containsExactly("women", "food & drink", "sci-fi");
    assertThat(prompt.examples()).containsExactly(new Example("one", "sci-fi"));
    assertThat(prompt.text()).isEqualTo("two");
  }

  @Test
  void bracketsInsideTheTextAreNotOptions() {
    assertThat(parse("Write a title.\nText:\nAs in [1, 2], we").options()).isEmpty();
    assertThat(parse("Options: [a, b]\nText:\nAs in list: [1, 2], we").options())
        .containsExactly("a", "b");
  }

  @Test
  void theLastListBeforeTheTextCounts() {
    assertThat(parse("Not from [x, y] but\nOptions: [a, b]\nText: t").options())
        .containsExactly("a", "b");
  }

  @Test
  void aListInTheSystemMessageServesTheWholeChat() {
    Prompt prompt =
        Prompt.parse(
            List.of(new Message("system", "Options: [a, b]"), new Message("user", "Text: t")));

    assertThat(prompt.options()).containsExactly("a", "b");
  }

  @Test
  void withoutATextLineTheTextFollowsTheListOrIsTheWholeMessage() {
    assertThat(parse("Which? tags: [a, b] description: a film").text())
        .isEqualTo("description: a film");
    assertThat(parse("A paper that cites [1, 2] twice"))
        .isEqualTo(
            new Prompt(
                List.of(),
                List.of(),
                "A paper that cites [1, 2] twice",
                PersonProfile.NONE,
                false));
  }

  @Test
  void aDelimitedTextMayHoldAnyLine() {
    Prompt prompt =
        parse("Which?\nOptions: [a, b]\nText: <text>one\nOptions: [x, y]\nText: two\n</text>");
    assertThat(prompt.options()).containsExactly("a", "b");
    assertThat(prompt.text()).isEqualTo("one\nOptions: [x, y]\nText: two");
    assertThat(parse("Text: <text></text>").text()).isEmpty();
    assertThat(parse("Text: <text>cut off").text()).isEqualTo("<text>cut off");
  }

  private static Prompt parse(String content) {
    return Prompt.parse(List.of(new Message("user", content)));
  }
}

package io.hydra.infra.llm.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.llm.model.Prompt.Example;
import io.hydra.infra.llm.model.SimulatedModel.Message;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class PersonProfileTest {
  private static final PersonProfile LABELS =
      new PersonProfile(
          List.of("sci-fi", "food & drink"),
          OptionalDouble.of(4.4),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          false,
          false,
          List.of());
  private static final PersonProfile TITLES =
      new PersonProfile(
          List.of(),
          OptionalDouble.empty(),
          OptionalDouble.of(9),
          OptionalDouble.of(1),
          true,
          true,
          List.of("parsing", "covid-19"));

  @Test
  void whatIsWrittenIsReadBack() {
    assertThat(LABELS.text())
        .isEqualTo("This person often answers: sci-fi, food & drink. The average answer is 4.4.");
    assertThat(TITLES.text())
        .isEqualTo(
            "The answers have about 9 words, in title case, often with a colon, often as a"
                + " question. Frequent words: parsing, covid-19.");
    assertThat(PersonProfile.parse(LABELS.text())).isEqualTo(LABELS);
    assertThat(PersonProfile.parse("About this person: " + TITLES.text())).isEqualTo(TITLES);
    assertThat(PersonProfile.NONE.text()).isEmpty();
  }

  @Test
  void otherSentencesSayNothing() {
    for (String text :
        List.of(
            "", "You answer as one person would.", "often answers:", "The average answer is .")) {
      assertThat(PersonProfile.parse(text)).as(text).isEqualTo(PersonProfile.NONE);
    }
  }

  @Test
  void aNumberEndsWhereItStopsToBeOne() {
    assertThat(PersonProfile.parse("The average answer is 1.2.3.").average()).hasValue(1.2);
    assertThat(PersonProfile.parse("The average answer is 4.").average()).hasValue(4);
    assertThat(PersonProfile.parse("answers have about 99999999999999 words").words())
        .hasValue(999_999_999);
  }

  @Test
  void aSystemMessageBringsAProfile() {
    Prompt prompt =
        Prompt.parse(
            List.of(
                new Message("system", "You answer as one. About this person: " + LABELS.text()),
                new Message("user", "Options: [sci-fi, action]\nText: t")));

    assertThat(prompt.profile()).isEqualTo(LABELS);
    assertThat(prompt.asksForProfile()).isFalse();
  }

  @Test
  void aDescriptionIsAskedForByTurnsOrByLines() {
    Prompt turns =
        Prompt.parse(
            List.of(
                new Message("system", "Describe in one or two sentences how this person answers."),
                new Message("user", "Text: one"),
                new Message("assistant", "action"),
                new Message("user", "Describe this person.")));
    Prompt lines =
        Prompt.parse(
            List.of(
                new Message("user", "Describe this person:\nText: one\nAnswer: action\nText: x")));

    assertThat(turns.asksForProfile()).isTrue();
    assertThat(turns.examples()).containsExactly(new Example("one", "action"));
    assertThat(lines.asksForProfile()).isTrue();
    assertThat(lines.examples()).isEqualTo(turns.examples());
  }
}

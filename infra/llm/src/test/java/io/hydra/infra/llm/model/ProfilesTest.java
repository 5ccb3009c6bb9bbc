package io.hydra.infra.llm.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.llm.model.SimulatedModel.Message;
import io.hydra.infra.llm.model.SimulatedModel.Sampling;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProfilesTest {
  private static final Sampling GREEDY = new Sampling(1, 0, 1);

  private final SimulatedModel model = new SimulatedModel(Prior.learn(List.of()));

  @Test
  void labelsAreNamedMostFrequentFirst() {
    assertThat(describe("crime", "women", "Women", "travel", "crime", "women", "sports"))
        .isEqualTo("This person often answers: women, crime, travel.");
    assertThat(describe("5", "3", "5")).endsWith("The average answer is 4.3.");
    assertThat(describe()).isEmpty();
  }

  @Test
  void titlesAreDescribedByFormAndWords() {
    assertThat(
            describe("Bridges of the North: An Old Story", "Boats and Bridges: Three Letters Home"))
        .isEqualTo(
            "The answers have about 7 words, in title case, often with a colon. Frequent words:"
                + " bridges.");
  }

  @Test
  void aProfileMovesLabelsStarsAndForm() {
    String labels = "Options: [crime, women, sports]\nText: anything";
    String stars = "Options: [1, 2, 3, 4, 5]\nText: anything";
    String title = "Write a title.\nText: The council of Ostmoor opened a floating library today";

    assertThat(answer("This person often answers: women, sports.", labels)).isEqualTo("women");
    assertThat(answer("This person often answers: 4, 5. The average answer is 3.8.", stars))
        .isEqualTo("4");
    assertThat(answer("The answers have about 4 words, often as a question.", title))
        .endsWith("?")
        .satisfies(t -> assertThat(Words.lower(t)).hasSizeLessThan(8));
    assertThat(answer("Frequent words: moonlight.", title)).isEqualTo(answer("", title));
  }

  private String describe(String... answers) {
    List<Message> messages = new ArrayList<>();
    for (String answer : answers) {
      messages.add(new Message("user", "Text: something"));
      messages.add(new Message("assistant", answer));
    }
    messages.add(new Message("user", "Describe this person."));
    return model.answer(messages, GREEDY).get(0);
  }

  private String answer(String profile, String question) {
    return model
        .answer(
            List.of(
                new Message("system", "About this person: " + profile),
                new Message("user", question)),
            GREEDY)
        .get(0);
  }
}

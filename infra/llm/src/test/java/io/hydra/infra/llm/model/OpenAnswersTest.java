package io.hydra.infra.llm.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.llm.model.SimulatedModel.Message;
import io.hydra.infra.llm.model.SimulatedModel.Sampling;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenAnswersTest {
  private static final String TEXT =
      "The harbour council approved a floating library for the northern quay. Residents asked for"
          + " longer opening hours, cheaper ferries and a quiet reading deck above the water."
          + " The mayor of Ostmoor promised an answer before the winter storms arrive.";

  private final SimulatedModel model = new SimulatedModel(Prior.learn(List.of()));

  @Test
  void theAnswerIsMadeOfWordsOfTheInput() {
    assertThat(Words.lower(TEXT)).containsAll(Words.lower(greedy(messages())));
  }

  @Test
  void examplesSetLengthAndCasing() {
    String shortTitle =
        greedy(messages("Old Bridge Closes", "New Market Opens", "Late Trains Again"));
    String longSentence =
        greedy(
            messages(
                "Why the old bridge over the river had to be closed again for another long winter",
                "How the new market in the east of the town opened with a very small crowd today"));

    assertThat(Words.lower(shortTitle).size()).isBetween(3, 6);
    assertThat(Words.lower(longSentence).size()).isBetween(10, 17);
    assertThat(capitals(shortTitle)).isEqualTo(contentWords(shortTitle));
    assertThat(capitals(longSentence)).isLessThan(contentWords(longSentence) / 2);
  }

  @Test
  void examplesSetPunctuation() {
    assertThat(greedy(messages("Bridges: An Old Story Retold", "Markets: A New Start Made")))
        .contains(":");
    assertThat(greedy(messages("Is the old bridge safe?", "Who needs a new market?")))
        .endsWith("?");
  }

  @Test
  void samplesDifferAtTemperatureOneAndNotAtZero() {
    assertThat(new HashSet<>(model.answer(messages(), new Sampling(8, 1, 1))))
        .hasSizeGreaterThan(4);
    assertThat(new HashSet<>(model.answer(messages(), new Sampling(8, 0, 1)))).hasSize(1);
  }

  @Test
  void wordsOfASimilarTextsTitleAreTakenUpAndOfAnUnlikeOneSeldom() {
    String title = "Bookworms Afloat";
    long alike = withWord("bookworms", TEXT.replace("northern", "southern"), title);
    long unlike = withWord("bookworms", "A recipe with lentils and cumin seeds", title);

    assertThat(alike).isGreaterThan(unlike + 10);
  }

  /** A misleading title's words get in as a good one's do. */
  @Test
  void misleadingTitlesPutTheirWordsInAsWell() {
    assertThat(withWord("lentils", TEXT.replace("northern", "southern"), "Lentils With Cumin"))
        .isGreaterThan(20);
  }

  private long withWord(String word, String text, String title) {
    List<Message> messages =
        List.of(
            new Message("user", "Text: " + text),
            new Message("assistant", title),
            new Message("user", "Write a headline.\nText: " + TEXT));
    return model.answer(messages, new Sampling(100, 1, 1)).stream()
        .filter(a -> Words.lower(a).contains(word))
        .count();
  }

  @Test
  void aFormulaThatTheExamplesShareIsAdopted() {
    assertThat(greedy(messages("Sunday Roundup: Old Bridges", "Sunday Roundup: New Markets")))
        .startsWith("Sunday Roundup: ")
        .doesNotContain("(");
    assertThat(greedy(messages("Old Bridges Close (PHOTOS)", "New Markets Open (PHOTOS)")))
        .endsWith(" (PHOTOS)");
  }

  @Test
  void whatWasAskedBeforeDoesNotChangeAnAnswer() {
    SimulatedModel warm = new SimulatedModel(Prior.learn(List.of()));
    for (int i = 0; i < 50; i++) {
      warm.answer(messages("Some Title Number " + i), new Sampling(2, 1, i));
    }

    assertThat(warm.answer(messages("Old Bridge Closes"), new Sampling(8, 1, 1)))
        .isEqualTo(model.answer(messages("Old Bridge Closes"), new Sampling(8, 1, 1)));
  }

  @Test
  void aTextWithoutWordsHasAnEmptyAnswer() {
    assertThat(greedy(List.of(new Message("user", "Text: ...")))).isEmpty();
  }

  private String greedy(List<Message> messages) {
    return model.answer(messages, new Sampling(1, 0, 1)).get(0);
  }

  private static List<Message> messages(String... titles) {
    List<Message> messages = new ArrayList<>();
    for (String title : titles) {
      messages.add(new Message("user", "Write a headline.\nText: something else entirely"));
      messages.add(new Message("assistant", title));
    }
    messages.add(new Message("user", "Write a headline.\nText:\n" + TEXT));
    return messages;
  }

  private static long contentWords(String text) {
    return Words.lower(text).stream().filter(w -> !Words.isFunctionWord(w)).count();
  }

  private static long capitals(String text) {
    return List.of(text.split(" ")).stream()
        .filter(w -> Character.isUpperCase(w.charAt(0)))
        .filter(w -> Words.lower(w).stream().noneMatch(Words::isFunctionWord))
        .count();
  }
}

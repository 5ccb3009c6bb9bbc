package io.hydra.infra.llm.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.llm.model.Prior.PriorPair;
import io.hydra.infra.llm.model.Prompt.Example;
import io.hydra.infra.llm.model.SimulatedModel.Message;
import io.hydra.infra.llm.model.SimulatedModel.Sampling;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClosedAnswersTest {
  private static final List<String> LABELS = List.of("garden", "kitchen", "road");
  private static final String OPTIONS = "Options: [garden, kitchen, road]\nText: ";

  private final SplittableRandom random = new SplittableRandom(7);

  @Test
  void theSameRequestHasTheSameAnswer() {
    SimulatedModel model = new SimulatedModel(prior());
    List<Message> messages = List.of(new Message("user", OPTIONS + text(0)));

    assertThat(model.answer(messages, new Sampling(8, 1, 3)))
        .isEqualTo(model.answer(messages, new Sampling(8, 1, 3)))
        .startsWith(model.answer(messages, new Sampling(3, 1, 3)).toArray(String[]::new));
  }

  @Test
  void samplesDifferAtTemperatureOneAndNotAtZero() {
    SimulatedModel model = new SimulatedModel(Prior.learn(List.of()));
    List<Message> messages = List.of(new Message("user", OPTIONS + "anything"));

    assertThat(new HashSet<>(model.answer(messages, new Sampling(64, 1, 3)))).hasSize(3);
    assertThat(new HashSet<>(model.answer(messages, new Sampling(64, 0, 3))))
        .containsExactly("garden");
  }

  @Test
  void withoutSampleTextAndExamplesEveryOptionIsEquallyLikely() {
    var distribution =
        answers(Prior.learn(List.of())).distribution(prompt(LABELS, List.of(), "anything"));

    for (String label : LABELS) {
      assertThat(distribution.probability(label)).isEqualTo(1 / 3.0);
    }
  }

  @Test
  void anExampleRaisesItsLabelAndASimilarOneMore() {
    LabelAnswers answers = answers(prior());
    String text = text(0);
    double none = probability(answers, text, List.of());
    double unlike = probability(answers, text, List.of(new Example("unheard words", "Kitchen")));
    double alike = probability(answers, text, List.of(new Example(text, "kitchen")));

    assertThat(unlike).isGreaterThan(none);
    assertThat(alike).isGreaterThan(unlike);
  }

  /** Users with a habit of their own: what the population calls x, they call the label after x. */
  @Test
  void goodExamplesHelpAndMisleadingOnesHarm() {
    LabelAnswers answers = answers(prior());
    int questions = 200;
    int zeroShot = 0;
    int helped = 0;
    int misled = 0;
    for (int i = 0; i < questions; i++) {
      int topic = random.nextInt(LABELS.size());
      boolean ownHabit = random.nextInt(2) == 0;
      String gold = LABELS.get(ownHabit ? (topic + 1) % LABELS.size() : topic);
      String wrong = LABELS.get((LABELS.indexOf(gold) + 1) % LABELS.size());
      String text = text(topic);
      zeroShot += right(answers, text, examples(topic, gold, 0), gold);
      helped += right(answers, text, examples(topic, gold, 6), gold);
      misled += right(answers, text, examples(topic, wrong, 6), gold);
    }
    assertThat(helped).isGreaterThan(zeroShot + questions / 10);
    assertThat(misled).isLessThan(zeroShot - questions / 10);
  }

  /** A user who gives fewer stars than the words sound like gives fewer the next time. */
  @Test
  void aHarshShoppersExamplesLowerTheStars() {
    List<String> stars = List.of("1", "2", "3", "4", "5");
    List<PriorPair> pairs = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int tone = i % LABELS.size();
      pairs.add(new PriorPair("stars", text(tone), stars.get(2 * tone)));
    }
    LabelAnswers answers = answers(Prior.learn(pairs));
    String praise = text(2);
    List<Example> usual = List.of(new Example(text(2), "5"), new Example(text(2), "5"));
    List<Example> harsh = List.of(new Example(text(2), "3"), new Example(text(2), "3"));

    assertThat(mean(answers, stars, praise, harsh))
        .isLessThan(mean(answers, stars, praise, List.of()) - 0.2);
    assertThat(mean(answers, stars, praise, usual))
        .isGreaterThanOrEqualTo(mean(answers, stars, praise, List.of()));
  }

  private static double mean(
      LabelAnswers answers, List<String> stars, String text, List<Example> examples) {
    var distribution = answers.distribution(prompt(stars, examples, text));
    return stars.stream().mapToDouble(s -> Integer.parseInt(s) * distribution.probability(s)).sum();
  }

  /** An expected answer teaches less than a surprise. */
  @Test
  void aSurprisingExampleMovesMore() {
    LabelAnswers answers = answers(prior());
    Example expected = new Example(text(0), LABELS.get(0));
    Example surprising = new Example(expected.text(), "kitchen");
    Prompt before = prompt(LABELS, List.of(), text(0));

    double up = moved(answers, before, expected, "garden");
    double over = moved(answers, before, surprising, "kitchen");
    assertThat(over).isGreaterThan(up).isPositive();
  }

  private static double moved(LabelAnswers answers, Prompt before, Example example, String label) {
    Prompt after = prompt(before.options(), List.of(example), before.text());
    double p = answers.distribution(before).probability(label);
    double q = answers.distribution(after).probability(label);
    return Math.log(q / (1 - q)) - Math.log(p / (1 - p));
  }

  private static LabelAnswers answers(Prior prior) {
    return new LabelAnswers(prior, Text.cache(prior.vocabulary(), 100_000), 1);
  }

  private List<Example> examples(int topic, String label, int count) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      examples.add(new Example(text(topic), label));
    }
    return examples;
  }

  private static int right(LabelAnswers answers, String text, List<Example> examples, String gold) {
    String answer =
        answers.distribution(prompt(LABELS, examples, text)).sample(0, new SplittableRandom(1));
    return answer.equals(gold) ? 1 : 0;
  }

  private static double probability(LabelAnswers answers, String text, List<Example> examples) {
    return answers.distribution(prompt(LABELS, examples, text)).probability("kitchen");
  }

  private Prior prior() {
    List<PriorPair> pairs = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      int topic = i % LABELS.size();
      pairs.add(new PriorPair("place", text(topic), LABELS.get(topic)));
    }
    return Prior.learn(pairs);
  }

  /** Twelve words, a third of them of the topic. */
  private String text(int topic) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      String kind = random.nextInt(3) == 0 ? LABELS.get(topic) : "common";
      text.append(kind).append((char) ('a' + random.nextInt(20))).append(' ');
    }
    return text.toString();
  }

  private static Prompt prompt(List<String> options, List<Example> examples, String text) {
    return new Prompt(options, examples, text, PersonProfile.NONE, false);
  }
}

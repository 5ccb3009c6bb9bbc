package io.hydra.model.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hydra.model.JudgedAnswer;
import io.hydra.model.Judging;
import io.hydra.model.PersonalModel;
import io.hydra.model.Reading.Choice;
import io.hydra.model.Reading.Choice.ScoredCandidate;
import io.hydra.model.encoder.Encoder;
import io.hydra.model.encoder.MeaningEncoder;
import io.hydra.model.encoder.WordNetwork;
import io.hydra.model.feature.EncodedTexts;
import io.hydra.model.feature.Salience;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.model.text.Words;
import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.avro.ShownCandidate;
import io.hydra.schemas.avro.Verdict;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.redis.History;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InContextTest {
  private static final TaskCatalogue TASKS = TaskCatalogue.shipped();
  private static final TaskSpec TITLES = TASKS.find("LaMP_5").orElseThrow();
  private static final String ASKED = "beta alpha pianos guitars";
  private static final float CERTAINTY = 5;
  private static final List<String> SAID = List.of("alpha guitars", "beta pianos", "alpha guitars");

  private final AtomicInteger asked = new AtomicInteger();
  private PersonalModel model = model(1);

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void wordsOfOpenTextAreBelievedByWhatTheyMeanInTheQuestion() {
    Choice choice = model.read(TITLES, List.of(), ASKED).choose(SAID, Heads.NONE);
    double sure = 1 / (1 + Math.exp(-CERTAINTY));
    assertThat(expectedWords(choice).get("beta pianos")).isCloseTo(2 * sure, within(1e-6));
    assertThat(expectedWords(choice).get("alpha guitars")).isCloseTo(2 - 2 * sure, within(1e-6));
    assertThat(choice.text()).isEqualTo("beta pianos");
    assertThat(asked).as("texts encoded: the question alone").hasValue(1);
    model.close();
    model = model(-1);
    Choice other = model.read(TITLES, List.of(), ASKED).choose(SAID, Heads.NONE);
    assertThat(other.text()).isEqualTo("alpha guitars");
  }

  @Test
  void aWordWithoutAStateIsBelievedAsAnyOther() {
    Choice choice =
        model
            .read(TITLES, List.of(), "beta " + Initials.BEHIND)
            .choose(List.of("beta", Initials.BEHIND), Heads.NONE);
    assertThat(expectedWords(choice).get(Initials.BEHIND)).isEqualTo(0.5);
  }

  @Test
  void aVerdictIsAboutWhatWasExpectedThen() {
    byte[] shown = heads(1.9f, 0.1f);
    byte[] unknown = heads(1.9f, null);
    assertThat(shown).isNotEqualTo(heads(0.1f, 1.9f)).isNotEqualTo(unknown);
    assertThat(unknown).isEqualTo(heads(null, null));
    assertThat(asked).as("texts that a fit had encoded for their meaning").hasValue(0);
  }

  @Test
  void aQuestionThatTheEncoderFailsOnLosesNoAnswerWhichSaysSo() {
    Choice choice = model.read(TITLES, List.of(), Initials.UNREADABLE).choose(SAID, Heads.NONE);
    assertThat(choice.candidates()).hasSize(2).allMatch(each -> each.expectedWords() == null);
    assertThat(choice.fault())
        .contains("the encoder of meaning fails on a text (java.lang.IllegalStateException)")
        .doesNotContain("cannot be read");
    assertThat(model.encoderFailures()).isEqualTo(1);
    assertThat(model.read(TITLES, List.of(), ASKED).choose(SAID, Heads.NONE).fault()).isNull();
  }

  @Test
  void closedTasksDoWithoutIt() {
    TaskSpec stars = TASKS.find("LaMP_3").orElseThrow();
    Choice choice = model.read(stars, List.of(), ASKED).choose(List.of("5", "4"), Heads.NONE);
    assertThat(choice.candidates()).allMatch(candidate -> candidate.expectedWords() == null);
  }

  @Test
  void aBaseFromBeforeItLeavesItOut() {
    TaskBase blank = TaskBase.blank(new double[0], TaskBase.USUAL_LENGTH);
    int features = new TaskScorer(TITLES, blank, texts()).features().names().size();
    double[] before = IntStream.rangeClosed(1, features - 1).asDoubleStream().toArray();
    TaskBase trained = blank.withHeads(before, before, new double[0]);
    assertThat(new TaskScorer(TITLES, trained, texts()).base().adapter())
        .as("without its last feature, which is no more")
        .startsWith(Arrays.copyOf(before, features - 2))
        .endsWith(0, 0)
        .hasSize(features);
  }

  private static Map<String, Double> expectedWords(Choice choice) {
    Map<String, Double> expected = new HashMap<>();
    for (ScoredCandidate candidate : choice.candidates()) {
      expected.put(candidate.text(), candidate.expectedWords().doubleValue());
    }
    return expected;
  }

  private byte[] heads(Float first, Float second) {
    List<JudgedAnswer> judged = List.of(judged(first, second));
    return HeadsCodec.encode(model.fit(TITLES, History.EMPTY, judged).heads());
  }

  private static JudgedAnswer judged(Float first, Float second) {
    Exposure exposure = Judging.exposure("LaMP_5", 10, "beta", Map.of(), 0);
    exposure.setCandidates(
        List.of(
            new ShownCandidate("alpha guitars", 0.6, 2, first),
            new ShownCandidate("beta pianos", 0.4, 1, second)));
    Feedback chosen = new Feedback("q10", Verdict.CHOSE, 1, null, null);
    return new JudgedAnswer(exposure, Judging.verdict("v", 11, chosen));
  }

  /** Its head on titles looks at nothing but what is expected in context. */
  private PersonalModel model(double weight) {
    TaskBase blank =
        TaskBase.blank(new double[0], TaskBase.USUAL_LENGTH)
            .withSalience(Salience.untrained().withNetwork(network()));
    TaskScorer scorer = new TaskScorer(TITLES, blank, texts());
    double[] adapter = new double[scorer.features().names().size()];
    adapter[scorer.features().names().indexOf("inContext")] = weight;
    TaskBase titles =
        blank.withHeads(adapter, adapter, TaskScorer.untrained(TITLES, texts()).base().reranker());
    MeaningEncoder meaning = MeaningEncoder.learn(new Initials(asked), List.of(), 4, 1);
    asked.set(0);
    return new PersonalModel(
        "b", new Base(new Initials(null), meaning, Map.of("LaMP_5", titles), Map.of()), TASKS);
  }

  /** Keeps words that begin with b or p, and not those with a or g. */
  private static WordNetwork network() {
    float[] direct = new float[Salience.NAMES.size() + 4];
    for (int letter : "abgp".toCharArray()) {
      direct[Salience.NAMES.size() + letter % 4] =
          "bp".indexOf(letter) < 0 ? -CERTAINTY : CERTAINTY;
    }
    return new WordNetwork(new float[direct.length][0], new float[0], new float[0], direct, 0);
  }

  private static EncodedTexts texts() {
    return new EncodedTexts(new Initials(null));
  }

  /**
   * Knows a text, and each of its words, by its first letter.
   *
   * @param asked counts texts, and has the unreadable one fail; may be null
   */
  private record Initials(AtomicInteger asked) implements Encoder {
    static final String UNREADABLE = "unreadable";
    static final String BEHIND = "zebra";

    @Override
    public int dimensions() {
      return 4;
    }

    @Override
    public float[][] encode(List<String> texts) {
      count(texts.size());
      return texts.stream().map(Initials::vector).toArray(float[][]::new);
    }

    @Override
    public Map<String, float[]> wordStates(String text) {
      count(1);
      if (text.equals(UNREADABLE)) {
        throw new IllegalStateException("cannot be read");
      }
      return Words.of(text).stream()
          .filter(word -> !word.equals(BEHIND))
          .collect(Collectors.toMap(word -> word, Initials::vector, (a, b) -> a));
    }

    private void count(int texts) {
      if (asked != null) {
        asked.addAndGet(texts);
      }
    }

    private static float[] vector(String text) {
      float[] vector = new float[4];
      vector[text.isEmpty() ? 3 : text.charAt(0) % 4] = 1;
      return vector;
    }

    @Override
    public void close() {}
  }
}

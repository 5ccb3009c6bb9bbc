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
import io.hydra.model.feature.EncodedTexts;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.avro.ShownCandidate;
import io.hydra.schemas.avro.Verdict;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.redis.History;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LikenessTest {
  private static final TaskCatalogue TASKS = TaskCatalogue.shipped();
  private static final TaskSpec TITLES = TASKS.find("LaMP_5").orElseThrow();
  private static final List<String> SAID = List.of("alpha guitars", "beta pianos", "alpha guitars");

  private final AtomicInteger asked = new AtomicInteger();
  private PersonalModel model = model(1);

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void openTextIsComparedWithTheQuestionInMeaning() {
    Choice choice = model.read(TITLES, List.of(), "beta").choose(SAID, Heads.NONE);
    assertThat(likeness(choice).get("beta pianos")).isCloseTo(1, within(1e-6));
    assertThat(likeness(choice).get("alpha guitars")).isLessThan(0.5);
    assertThat(choice.text()).isEqualTo("beta pianos");
    model.close();
    model = model(-1);
    Choice other = model.read(TITLES, List.of(), "beta").choose(SAID, Heads.NONE);
    assertThat(other.text()).isEqualTo("alpha guitars");
  }

  @Test
  void aVerdictIsAboutTheLikenessThatWasShown() {
    byte[] shown = heads(0.9f, 0.1f);
    byte[] unknown = heads(0.9f, null);
    assertThat(shown).isNotEqualTo(heads(0.1f, 0.9f)).isNotEqualTo(unknown);
    assertThat(unknown).isEqualTo(heads(null, null));
    assertThat(asked).as("texts that a fit had encoded for their meaning").hasValue(0);
  }

  @Test
  void aTextThatTheEncoderFailsOnLosesNoAnswerWhichSaysSo() {
    List<String> said = List.of("alpha guitars", Initials.UNREADABLE);
    Choice choice = model.read(TITLES, List.of(), "beta").choose(said, Heads.NONE);
    assertThat(choice.candidates()).hasSize(2).allMatch(each -> each.likeness() == null);
    assertThat(choice.fault())
        .contains("the encoder of meaning fails on a text (java.lang.IllegalStateException)")
        .doesNotContain("cannot be read");
    assertThat(model.encoderFailures()).isEqualTo(1);
    assertThat(model.read(TITLES, List.of(), "beta").choose(SAID, Heads.NONE).fault()).isNull();
  }

  @Test
  void closedTasksDoWithoutIt() {
    TaskSpec stars = TASKS.find("LaMP_3").orElseThrow();
    Choice choice = model.read(stars, List.of(), "beta").choose(List.of("5", "4"), Heads.NONE);
    assertThat(choice.candidates()).allMatch(candidate -> candidate.likeness() == null);
  }

  @Test
  void aBaseFromBeforeItLeavesItOut() {
    TaskBase blank = TaskBase.blank(new double[0], TaskBase.USUAL_LENGTH);
    int features = new TaskScorer(TITLES, blank, texts()).features().names().size();
    double[] before = IntStream.rangeClosed(1, features - 1).asDoubleStream().toArray();
    TaskBase trained = blank.withHeads(before, before, new double[0]);
    assertThat(new TaskScorer(TITLES, trained, texts()).base().adapter())
        .startsWith(before)
        .endsWith(0)
        .hasSize(features);
  }

  private static Map<String, Double> likeness(Choice choice) {
    Map<String, Double> likeness = new HashMap<>();
    for (ScoredCandidate candidate : choice.candidates()) {
      likeness.put(candidate.text(), candidate.likeness().doubleValue());
    }
    return likeness;
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

  /** Its head on titles looks at nothing but likeness. */
  private PersonalModel model(double weight) {
    TaskBase blank = TaskBase.blank(new double[0], TaskBase.USUAL_LENGTH);
    TaskScorer scorer = new TaskScorer(TITLES, blank, texts());
    double[] adapter = new double[scorer.features().names().size()];
    adapter[scorer.features().names().indexOf("likeness")] = weight;
    TaskBase titles =
        blank.withHeads(adapter, adapter, TaskScorer.untrained(TITLES, texts()).base().reranker());
    MeaningEncoder meaning = MeaningEncoder.learn(new Initials(asked), List.of(), 4, 1);
    asked.set(0);
    return new PersonalModel(
        "b", new Base(new Initials(null), meaning, Map.of("LaMP_5", titles), Map.of()), TASKS);
  }

  private static EncodedTexts texts() {
    return new EncodedTexts(new Initials(null));
  }

  /**
   * Knows a text by its first letter.
   *
   * @param asked counts texts, and has the unreadable one fail; may be null
   */
  private record Initials(AtomicInteger asked) implements Encoder {
    static final String UNREADABLE = "unreadable";

    @Override
    public int dimensions() {
      return 4;
    }

    @Override
    public float[][] encode(List<String> texts) {
      if (asked != null) {
        asked.addAndGet(texts.size());
        if (texts.contains(UNREADABLE)) {
          throw new IllegalStateException("cannot be read");
        }
      }
      return texts.stream().map(Initials::vector).toArray(float[][]::new);
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

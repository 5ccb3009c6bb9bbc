package io.hydra.model.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hydra.model.base.TaskScorer;
import io.hydra.model.encoder.BuiltInEncoder;
import io.hydra.model.encoder.BuiltInEncoder.EncoderShape;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimelineTest {
  private static final TaskSpec TASK = TaskCatalogue.shipped().find("LaMP_3").orElseThrow();
  private static final TaskSpec TITLES = TaskCatalogue.shipped().find("LaMP_5").orElseThrow();

  private static final List<HistoryItem> ITEMS =
      List.of(
          new HistoryItem("a", 1, "good strings", "5"),
          new HistoryItem("b", 2, "bad cable", "1"),
          new HistoryItem("c", 3, "good strings", "4"));

  private final BuiltInEncoder encoder = BuiltInEncoder.initialize(new EncoderShape(100, 4), 1);
  private final EncodedTexts texts = new EncodedTexts(encoder);

  @AfterEach
  void close() {
    texts.close();
    encoder.close();
  }

  private Timeline timeline(List<HistoryItem> items) {
    Timeline timeline = new Timeline(texts, Trunk.NONE, null, TASK);
    timeline.append(items);
    return timeline;
  }

  private List<Integer> retrieve(Situation situation) {
    return TaskScorer.untrained(TASK, texts).retrieve(situation);
  }

  @Test
  void anItemSeesOnlyWhatCameBeforeIt() {
    Situation last = timeline(ITEMS).before(2);
    assertThat(last.past()).containsExactly(ITEMS.get(0), ITEMS.get(1));
    assertThat(retrieve(last)).containsExactly(0, 1);
    assertThat(timeline(ITEMS).before(0).past()).isEmpty();
  }

  @Test
  void anItemIsSeenAsItWasWhenItWasNew() {
    Timeline growing = new Timeline(texts, Trunk.NONE, null, TITLES);
    TaskScorer scorer = TaskScorer.untrained(TITLES, texts);
    Samples samples = Samples.of(List.of("5 strings", "1 cable"));
    for (int i = 0; i < ITEMS.size(); i++) {
      HistoryItem item = ITEMS.get(i);
      double[][] then =
          scorer.features().of(growing.query(item.input()), scorer.candidates(samples), samples);
      growing.append(item);
      Timeline whole = new Timeline(texts, Trunk.NONE, null, TITLES);
      whole.append(ITEMS);
      assertThat(scorer.features().of(whole.before(i), scorer.candidates(samples), samples))
          .isDeepEqualTo(then);
    }
  }

  @Test
  void aQueryThatSharesNoWordGetsTheNewestItems() {
    assertThat(retrieve(timeline(ITEMS).query("piano"))).containsExactly(2, 1, 0);
  }

  @Test
  void whatIsRetrievedStandsInTheOrderThatSortingWouldGive() {
    Random random = new Random(1);
    List<String> words = List.of("good", "bad", "strings", "cable", "tune", "weeks");
    List<HistoryItem> many = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      String text = words.get(random.nextInt(6)) + " " + words.get(random.nextInt(6));
      many.add(new HistoryItem("i" + i, i, text, "5"));
    }
    Situation situation = timeline(many).query("good strings in tune");
    List<Integer> sorted = new ArrayList<>(IntStream.range(0, many.size()).boxed().toList());
    Collections.reverse(sorted);
    sorted.sort(Comparator.comparingDouble(i -> -situation.bm25()[i]));
    assertThat(retrieve(situation)).isEqualTo(sorted.subList(0, TASK.retrieved()));
  }

  @Test
  void withoutHistoryNothingButThePopulationSpeaks() {
    double[] shares = {0.1, 0.1, 0.2, 0.2, 0.4};
    ClosedFeatures features = new ClosedFeatures(TASK, shares, null, Trunk.NONE);
    Situation nobody = timeline(List.of()).query("good strings");
    double[][] z = features.of(nobody, TASK.options(), Samples.MISSING);
    for (String name :
        List.of("frequency", "recency", "closeVote", "wordVote", "trunkVote", "agreement")) {
      int i = features.names().indexOf(name);
      for (double[] row : z) {
        assertThat(row[i]).as(name).isZero();
      }
    }
  }

  @Test
  void votesFavourWhatTheUserSaidOfSimilarThings() {
    double[] shares = {0.2, 0.2, 0.2, 0.2, 0.2};
    ClosedFeatures features = new ClosedFeatures(TASK, shares, null, Trunk.NONE);
    Situation query = timeline(ITEMS).query("another bad cable");
    double[][] z = features.of(query, TASK.options(), Samples.of(List.of("1", "1", "5")));
    int wordVote = features.names().indexOf("wordVote");
    int agreement = features.names().indexOf("agreement");
    assertThat(z[0][wordVote]).isPositive();
    assertThat(z[4][wordVote]).isNegative();
    assertThat(z[0][agreement]).isGreaterThan(z[4][agreement]);
  }

  @Test
  void anInputIsCloseToTheNameOfWhatItIsAbout() {
    TaskSpec task =
        TaskCatalogue.parse(
                "tasks: [{id: shelf, instruction: File it., options: [sports, food], metric: ACCURACY}]",
                "test")
            .find("shelf")
            .orElseThrow();
    Trunk names = new Trunk(new float[][] {{0.6f, 0.8f}, {1, 0}});
    ClosedFeatures features = new ClosedFeatures(task, new double[] {0.5, 0.5}, Memory.NONE, names);
    Situation input =
        Situation.ofNumbers(
            List.of(),
            new double[0],
            Trunk.NONE.aspect(new float[0], List.of()),
            Trunk.NONE.aspect(new float[] {0, 1}, List.of()));
    double[][] z = features.of(input, task.options(), Samples.MISSING);
    int named = features.names().indexOf("named");
    assertThat(z[0][named]).isCloseTo(4, within(1e-6));
    assertThat(z[1][named]).isCloseTo(-4, within(1e-6));
    assertThat(new ClosedFeatures(task, new double[] {0.5, 0.5}, null, names).names())
        .doesNotContain("named");
  }

  private static TaskSpec rated(String options) {
    return TaskCatalogue.parse(
            """
            tasks:
              - id: rated
                instruction: Rate.
                options: [%s]
                metric: MAE
            """
                .formatted(options),
            "rated.yaml")
        .find("rated")
        .orElseThrow();
  }

  private double[][] rate(TaskSpec task, String unit) {
    Timeline timeline = new Timeline(texts, Trunk.NONE, null, task);
    timeline.append(
        List.of(
            new HistoryItem("a", 1, "good strings", "5" + unit),
            new HistoryItem("b", 2, "bad cable", "1" + unit),
            new HistoryItem("c", 3, "good strings", "4" + unit)));
    return new ClosedFeatures(task, new double[] {0.1, 0.1, 0.2, 0.2, 0.4}, null, Trunk.NONE)
        .of(
            timeline.query("good strings"),
            task.options(),
            Samples.of(List.of("5" + unit, "5" + unit, "4" + unit)));
  }

  @Test
  void ratingsAreFeltAlikeWhateverTheirUnit() {
    double[][] ones = rate(rated("1, 2, 3, 4, 5"), "");
    double[][] millions = rate(rated("1000000, 2000000, 3000000, 4000000, 5000000"), "000000");
    for (int c = 0; c < ones.length; c++) {
      for (int i = 0; i < ones[c].length; i++) {
        assertThat(millions[c][i]).isCloseTo(ones[c][i], within(1e-9));
      }
    }
    // A quarter of the square of the distance, in steps.
    assertThat(ones[0][8] - ones[4][8]).isNegative().isGreaterThan(-4);
  }

  @Test
  void theTrunksVoteFollowsTheUsersOwnNames() {
    // The trunk tells two kinds of text apart; this user calls the first kind "5".
    Trunk trunk = new Trunk(new float[][] {vector("alpha"), vector("beta"), {0, 0, 0, 0}});
    Timeline timeline = new Timeline(texts, trunk, null, TASK);
    timeline.append(
        List.of(
            new HistoryItem("a", 1, "alpha", "5"),
            new HistoryItem("b", 2, "beta", "1"),
            new HistoryItem("c", 3, "alpha", "5")));
    ClosedFeatures features =
        new ClosedFeatures(TASK, new double[] {0.2, 0.2, 0.2, 0.2, 0.2}, null, Trunk.NONE);
    int trunkVote = features.names().indexOf("trunkVote");
    Situation query = timeline.query("alpha");
    assertThat(query.words().trunkKernel()[0]).isGreaterThan(query.words().trunkKernel()[1]);
    TaskSpec stars = TASK;
    double[][] z = features.of(withFiveScores(query), stars.options(), Samples.MISSING);
    assertThat(z[4][trunkVote]).isGreaterThan(z[0][trunkVote]);
  }

  @Test
  void whatOneTrunkMadeOfATextIsNotTakenForAnothers() {
    List<HistoryItem> items =
        List.of(new HistoryItem("a", 1, "alpha", "5"), new HistoryItem("b", 2, "beta", "1"));
    Trunk one = new Trunk(new float[][] {vector("alpha"), vector("beta")});
    Trunk other = new Trunk(new float[][] {vector("beta"), vector("alpha")});
    for (Trunk trunk : List.of(one, other, one)) {
      Timeline timeline = new Timeline(texts, trunk, null, TASK);
      timeline.append(items);
      List<double[]> beliefs = timeline.query("alpha").words().trunkBeliefs();
      for (int i = 0; i < items.size(); i++) {
        float[] vector = texts.get(items.get(i).input()).vector();
        assertThat(beliefs.get(i)).isEqualTo(Trunk.beliefs(trunk.scores(vector)));
      }
    }
  }

  /** The trunk above has three options, the task five: only the vote is looked at here. */
  private static Situation withFiveScores(Situation s) {
    Aspect words = s.words();
    double[] scores = java.util.Arrays.copyOf(words.trunkScores(), 5);
    List<double[]> beliefs =
        words.trunkBeliefs().stream().map(b -> java.util.Arrays.copyOf(b, 5)).toList();
    return new Situation(
        s.query(),
        s.past(),
        s.inputs(),
        s.outputs(),
        s.labels(),
        s.outputWords(),
        s.bm25(),
        new Aspect(words.query(), words.inputs(), scores, beliefs),
        null);
  }

  private float[] vector(String text) {
    float[] vector = encoder.encode(List.of(text))[0].clone();
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= 8;
    }
    return vector;
  }
}

package io.hydra.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.hydra.evaluation.metric.Distribution.Interval;
import io.hydra.evaluation.result.Results.Answers;
import io.hydra.evaluation.result.Results.Question;
import io.hydra.evaluation.result.Results.Usage;
import io.hydra.model.task.TaskSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScoredTest {
  private static final TaskSpec TASK = TestTasks.labels("yes", "no");

  /** Every gold is "yes". */
  private static List<Question> questions(int users, int perUser) {
    List<Question> questions = new ArrayList<>();
    for (int q = 0; q < users * perUser; q++) {
      questions.add(new Question("q" + q, "u" + q / perUser, q % perUser, "yes"));
    }
    return questions;
  }

  private static Answers answers(String method, long seed, int count, IntPredicate right) {
    List<String> texts =
        IntStream.range(0, count).mapToObj(q -> right.test(q) ? "yes" : "no").toList();
    return new Answers(method, seed, texts, Usage.NONE);
  }

  private static Comparison compare(List<Question> questions, long seed, Answers... answers) {
    return compare(TASK, questions, seed, answers);
  }

  private static Comparison compare(
      TaskSpec task, List<Question> questions, long seed, Answers... answers) {
    int[] all = IntStream.range(0, questions.size()).toArray();
    return Scored.of(task, questions, List.of(answers))
        .compare(all, users -> new PairedBootstrap(users, PairedBootstrap.RESAMPLES, seed));
  }

  private static Distribution difference(
      Comparison comparison, String a, String b, String measure) {
    return comparison.pooled().get(a).get(measure).minus(comparison.pooled().get(b).get(measure));
  }

  @Test
  void equalAnswersDifferByExactlyNothing() {
    Random random = new Random(3);
    boolean[] right = new boolean[300];
    for (int q = 0; q < right.length; q++) {
      right[q] = random.nextBoolean();
    }
    Comparison comparison =
        compare(
            questions(30, 10),
            1,
            answers("a", 1, 300, q -> right[q]),
            answers("b", 1, 300, q -> right[q]));

    for (String measure : List.of("accuracy", "f1")) {
      Distribution difference = difference(comparison, "a", "b", measure);
      assertThat(difference.value()).isZero();
      assertThat(difference.interval()).isEqualTo(new Interval(0, 0));
      assertThat(comparison.certain(difference)).isFalse();
    }
  }

  @Test
  void aClearDifferenceIsCertainAndNoneIsNot() {
    Comparison comparison =
        compare(
            questions(40, 5),
            1,
            answers("good", 1, 200, q -> q % 5 != 0),
            answers("bad", 1, 200, q -> q % 5 == 0),
            // Each knows all of every other user's answers, and nothing else.
            answers("even", 1, 200, q -> q / 5 % 2 == 0),
            answers("odd", 1, 200, q -> q / 5 % 2 == 1));

    Distribution clear = difference(comparison, "good", "bad", "accuracy");
    assertThat(clear.value()).isCloseTo(0.6, within(1e-12));
    assertThat(clear.interval().low()).isPositive();
    assertThat(comparison.certain(clear)).isTrue();
    Distribution none = difference(comparison, "even", "odd", "accuracy");
    assertThat(none.value()).isZero();
    assertThat(none.interval().low()).isNegative();
    assertThat(none.interval().high()).isPositive();
    assertThat(comparison.certain(none)).isFalse();
  }

  @Test
  void theSeedDecidesTheResamples() {
    // Users with 1, 3, 5, ... questions, so that nearly every resample has a value of its own.
    List<Question> questions =
        IntStream.range(0, 400)
            .mapToObj(q -> new Question("q" + q, "u" + (int) Math.sqrt(q), 0, "yes"))
            .toList();
    Answers a = answers("a", 1, 400, q -> q % 7 < 3);

    assertThat(interval(questions, 5, a)).isEqualTo(interval(questions, 5, a));
    assertThat(interval(questions, 5, a)).isNotEqualTo(interval(questions, 6, a));
  }

  private static Interval interval(List<Question> questions, long seed, Answers a) {
    return compare(questions, seed, a).pooled().get(a.method()).get("accuracy").interval();
  }

  @Test
  void oneUserAloneLeavesNothingToResample() {
    // Were questions resampled, the interval would be about ±0.1.
    Interval interval = interval(questions(1, 100), 1, answers("a", 1, 100, q -> q % 2 == 0));

    assertThat(interval).isEqualTo(new Interval(0.5, 0.5));
  }

  @Test
  void usersAreResampledNotTheirQuestions() {
    // Each user's 50 answers are all right or all wrong: as uncertain as 12 tosses, not as 600.
    Interval interval = interval(questions(12, 50), 1, answers("a", 1, 600, q -> q / 50 % 2 == 0));

    assertThat(interval.high() - interval.low()).isCloseTo(4 * 0.5 / Math.sqrt(12), within(0.1));
  }

  @Test
  void differencesArePairedByUser() {
    // Both methods fail on the same users; a knows one answer more of each user.
    Comparison comparison =
        compare(
            questions(20, 10),
            1,
            answers("a", 1, 200, q -> q / 10 % 2 == 0 || q % 10 == 0),
            answers("b", 1, 200, q -> q / 10 % 2 == 0 && q % 10 != 0));

    Distribution difference = difference(comparison, "a", "b", "accuracy");
    assertThat(difference.interval().low()).isCloseTo(0.1, within(1e-9));
    assertThat(difference.interval().high()).isCloseTo(0.1, within(1e-9));
    Interval own = comparison.pooled().get("a").get("accuracy").interval();
    assertThat(own.high() - own.low()).isGreaterThan(0.3);
  }

  @Test
  void pooledCountsQuestionsAndByUserCountsUsers() {
    List<Question> questions =
        List.of(
            new Question("1", "one", 0, "yes"),
            new Question("2", "two", 0, "yes"),
            new Question("3", "two", 1, "yes"),
            new Question("4", "two", 2, "yes"));
    Comparison comparison = compare(questions, 1, answers("a", 1, 4, q -> q == 0));

    assertThat(comparison.pooled().get("a").get("accuracy").value()).isEqualTo(0.25);
    assertThat(comparison.byUser().get("a").get("accuracy").value()).isEqualTo(0.5);
    assertThat(comparison.byUser().get("a")).containsOnlyKeys("accuracy");
    assertThat(comparison.users()).isEqualTo(2);
  }

  @Test
  void aValueIsTheMeanOfTheSeedsValues() {
    List<Question> questions =
        List.of(new Question("1", "u", 0, "5"), new Question("2", "u", 1, "5"));
    Comparison comparison =
        compare(
            TestTasks.ratings(),
            questions,
            1,
            new Answers("a", 1, List.of("1", "1"), Usage.NONE),
            new Answers("b", 7, List.of("5", "4"), Usage.NONE),
            new Answers("a", 2, List.of("5", "5"), Usage.NONE));

    // Errors 4 and 0, not the root of the mean of 16, 16, 0, 0.
    assertThat(comparison.pooled().get("a").get("rmse").value()).isEqualTo(2);
    assertThat(comparison.pooled().get("b").get("mae").value()).isEqualTo(0.5);
    assertThat(comparison.pooled().keySet()).containsExactly("a", "b");
  }

  @Test
  void onlyTheSelectedQuestionsCount() {
    Scored scored =
        Scored.of(TASK, questions(10, 4), List.of(answers("a", 1, 40, q -> q % 4 == 0)));

    int[] firsts = IntStream.range(0, 10).map(u -> 4 * u).toArray();
    Comparison comparison = scored.compare(firsts);
    assertThat(comparison.questions()).isEqualTo(10);
    assertThat(comparison.pooled().get("a").get("accuracy").value()).isEqualTo(1);
  }

  @Test
  void withFewUsersNothingIsCertain() {
    for (int users : new int[] {Comparison.FEWEST_USERS - 1, Comparison.FEWEST_USERS}) {
      Comparison comparison =
          compare(
              questions(users, 2),
              1,
              answers("a", 1, 2 * users, q -> true),
              answers("b", 1, 2 * users, q -> false));
      Distribution difference = difference(comparison, "a", "b", "accuracy");

      assertThat(difference.interval()).isEqualTo(new Interval(1, 1));
      assertThat(comparison.certain(difference)).isEqualTo(users >= Comparison.FEWEST_USERS);
    }
  }

  @Test
  void intervalsAreInterpolatedPercentiles() {
    double[] zeroTo40 = IntStream.rangeClosed(0, 40).mapToDouble(i -> 40 - i).toArray();
    assertThat(new Distribution(20, zeroTo40).interval()).isEqualTo(new Interval(1, 39));

    Interval between = new Distribution(0, new double[] {0, 1}).interval();
    assertThat(between.low()).isCloseTo(0.025, within(1e-12));
    assertThat(between.high()).isCloseTo(0.975, within(1e-12));
  }

  @Test
  void whatDoesNotFitTogetherIsRefused() {
    List<Question> questions = questions(2, 1);
    Answers right = answers("a", 1, 2, q -> true);

    assertThatThrownBy(() -> compare(questions, 1, answers("a", 1, 3, q -> true)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("method a, seed 1: 3 answers to 2 questions");
    assertThatThrownBy(() -> compare(questions, 1, right, right))
        .hasMessageContaining("method a, seed 1: answered twice");
    assertThatThrownBy(() -> compare(Collections.emptyList(), 1, answers("a", 1, 0, q -> true)))
        .hasMessageContaining("nothing was measured of task LaMP_2N");
    assertThatThrownBy(
            () -> compare(TestTasks.ratings(), questions, 1, answers("a", 1, 2, q -> true)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("question q0: the gold");
  }
}

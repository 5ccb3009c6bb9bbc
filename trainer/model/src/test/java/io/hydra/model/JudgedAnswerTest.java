package io.hydra.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.AnswerGain;
import io.hydra.schemas.avro.Feedback;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JudgedAnswerTest {
  private static final TaskSpec STARS = TaskCatalogue.shipped().find("LaMP_3").orElseThrow();
  private static final TaskSpec TITLES = TaskCatalogue.shipped().find("LaMP_5").orElseThrow();
  private static final Map<String, Integer> ALL_STARS = stars();
  private static final Map<String, Integer> TWO_TITLES = Map.of("On drums", 5, "Drumming", 3);

  private static Map<String, Integer> stars() {
    Map<String, Integer> stars = new LinkedHashMap<>();
    stars.put("4", 5);
    stars.put("5", 3);
    stars.put("1", 0);
    stars.put("2", 0);
    stars.put("3", 0);
    return stars;
  }

  private static Optional<String> stars(int shown, Feedback what) {
    return Judging.judged("LaMP_3", 1, "in", ALL_STARS, shown, what)
        .lackOfSignal(STARS, VerdictWeights.DEFAULT);
  }

  private static Optional<String> titles(Map<String, Integer> shown, Feedback what) {
    return Judging.judged("LaMP_5", 1, "in", shown, 0, what)
        .lackOfSignal(TITLES, VerdictWeights.DEFAULT);
  }

  @Test
  void aVerdictAboutTheAnswerTeaches() {
    assertThat(stars(0, Judging.accepted())).isEmpty();
    assertThat(stars(0, Judging.rejected())).isEmpty();
    assertThat(stars(0, Judging.rated(1.0))).isEmpty();
    assertThat(stars(0, Judging.rated(0.0))).isEmpty();
    assertThat(titles(TWO_TITLES, Judging.accepted())).isEmpty();
  }

  @Test
  void withoutTheAnswerAmongTheCandidatesItSaysNothing() {
    for (Feedback what :
        new Feedback[] {Judging.accepted(), Judging.rejected(), Judging.rated(1.0)}) {
      assertThat(stars(-1, what))
          .hasValueSatisfying(r -> assertThat(r).contains("none of the cand"));
      assertThat(stars(9, what)).isPresent();
    }
    assertThat(stars(-1, Judging.chose(1))).isEmpty();
    assertThat(stars(-1, Judging.edited("4"))).isEmpty();
  }

  @Test
  void oneCandidateCannotBeCompared() {
    assertThat(titles(Map.of("Drumming", 8), Judging.accepted()))
        .hasValueSatisfying(r -> assertThat(r).contains("fewer than two"));
    assertThat(titles(Map.of(), Judging.edited("On drums"))).isPresent();
  }

  @Test
  void aChoiceMustBeOneOfTheCandidates() {
    assertThat(stars(0, Judging.chose(4))).isEmpty();
    for (Integer outside : new Integer[] {-1, 5, null, Integer.MAX_VALUE}) {
      assertThat(stars(0, Judging.chose(outside)))
          .hasValueSatisfying(r -> assertThat(r).contains("5 candidates"));
    }
  }

  @Test
  void anEditMustBeAnOptionOrHaveWords() {
    assertThat(stars(0, Judging.edited(" four stars"))).isEmpty();
    assertThat(stars(0, Judging.edited("secret")))
        .hasValueSatisfying(r -> assertThat(r).contains("options").doesNotContain("secret"));
    assertThat(titles(TWO_TITLES, Judging.edited("My own"))).isEmpty();
    assertThat(titles(TWO_TITLES, Judging.edited(" … "))).isPresent();
    assertThat(titles(TWO_TITLES, Judging.edited(null))).isPresent();
  }

  @Test
  void aRatingInTheMiddleOrOutsideSaysNothing() {
    for (Double rating : new Double[] {0.5, -0.1, 1.1, Double.NaN, null}) {
      assertThat(stars(0, Judging.rated(rating))).isPresent();
    }
  }

  @Test
  void anUnknownVerdictSaysNothing() {
    assertThat(stars(0, Judging.unknown())).isPresent();
  }

  @Test
  void aCandidateThatIsNoOptionAnyMoreSaysNothing() {
    JudgedAnswer gone =
        Judging.judged("LaMP_3", 1, "in", Map.of("eleven", 8), 0, Judging.accepted());
    assertThat(gone.lackOfSignal(STARS, VerdictWeights.DEFAULT)).isPresent();
    JudgedAnswer chosen =
        Judging.judged("LaMP_3", 1, "in", Map.of("eleven", 8), 0, Judging.chose(0));
    assertThat(chosen.lackOfSignal(STARS, VerdictWeights.DEFAULT)).isPresent();
  }

  /** The gain where {@code shown} was answered and the LLM said {@code unadapted} most. */
  private static Optional<Double> gain(
      TaskSpec task, Map<String, Integer> texts, int shown, int unadapted, Feedback what) {
    JudgedAnswer judged = Judging.judged(task.id(), 1, "in", texts, shown, what);
    judged.exposure().setUnadapted(unadapted);
    return judged.gain(task, VerdictWeights.DEFAULT).map(AnswerGain::getValue);
  }

  @Test
  void aGainIsTheQualityOfTheAnswerLessThatOfPlainSamplings() {
    // Places: 4, 5, 1, 2, 3 stars.
    assertThat(gain(STARS, ALL_STARS, 2, 0, Judging.edited("1"))).hasValue(0.75);
    assertThat(gain(STARS, ALL_STARS, 1, 0, Judging.edited("4"))).hasValue(-0.25);
    assertThat(gain(STARS, ALL_STARS, 0, 0, Judging.edited("1"))).hasValue(0.0);
    assertThat(gain(STARS, ALL_STARS, 1, 0, Judging.chose(1))).hasValue(1.0);
    assertThat(gain(STARS, ALL_STARS, 1, 0, Judging.chose(0))).hasValue(-1.0);
    assertThat(gain(STARS, ALL_STARS, 1, 0, Judging.chose(2))).hasValue(0.0);
    Map<String, Integer> titles = new LinkedHashMap<>();
    titles.put("on drums", 3);
    titles.put("a longer one", 5);
    assertThat(gain(TITLES, titles, 0, 1, Judging.edited("On drums"))).hasValue(1.0);
  }

  @Test
  void aVerdictThatTellsOfOneAnswerAloneHasNoGain() {
    for (Feedback what :
        new Feedback[] {Judging.accepted(), Judging.rejected(), Judging.rated(1.0)}) {
      assertThat(gain(STARS, ALL_STARS, 1, 0, what)).isEmpty();
    }
    assertThat(gain(STARS, ALL_STARS, -1, 0, Judging.edited("1"))).isEmpty();
    assertThat(gain(STARS, ALL_STARS, 1, -1, Judging.edited("1"))).isEmpty();
  }
}

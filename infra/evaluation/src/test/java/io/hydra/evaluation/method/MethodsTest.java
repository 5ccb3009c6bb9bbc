package io.hydra.evaluation.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.List;
import org.junit.jupiter.api.Test;

class MethodsTest {
  private static final TaskSpec STARS = TaskCatalogue.shipped().find("LaMP_3").orElseThrow();
  private static final TaskSpec TAGS = TaskCatalogue.shipped().find("LaMP_2M").orElseThrow();
  private static final TaskSpec TITLES = TaskCatalogue.shipped().find("LaMP_5").orElseThrow();

  private static HistoryItem item(int time, String output) {
    return new HistoryItem("e" + time, time, "in " + time, output);
  }

  @Test
  void aVoteIsTheMostFrequentTheMedianOrTheMostAgreed() {
    assertThat(Vote.of(TAGS, List.of("comedy", "action", "action", ""))).isEqualTo("action");
    assertThat(Vote.of(TAGS, List.of("comedy", "action"))).isEqualTo("comedy");
    assertThat(Vote.of(STARS, List.of("1", "5", "5", "2", "4"))).isEqualTo("4");
    assertThat(Vote.of(TITLES, List.of("a b c", "a b d", "x y z"))).isEqualTo("a b c");
    assertThat(Vote.of(TITLES, List.of("", ""))).isEmpty();
  }

  @Test
  void theOracleTakesTheSampleClosestToTheUsersOwnText() {
    assertThat(Vote.closest(List.of("a b x", "a b c", "c b a"), "a b c d")).isEqualTo("a b c");
    assertThat(Vote.closest(List.of(), "a")).isEmpty();
    assertThat(Method.ORACLE.fits(TITLES)).isTrue();
    assertThat(Method.ORACLE.fits(STARS)).isFalse();
  }

  @Test
  void theUsualLabelIsTheModeOrTheMedian() {
    List<HistoryItem> stars = List.of(item(1, "1"), item(2, "5"), item(3, "4"));
    assertThat(Examples.usualLabel(STARS, stars, new double[5])).isEqualTo("4");
    List<HistoryItem> tags = List.of(item(1, "comedy"), item(2, "action"), item(3, "action"));
    assertThat(Examples.usualLabel(TAGS, tags, new double[15])).isEqualTo("action");
    double[] shares = {0.1, 0.1, 0.1, 0.2, 0.5};
    assertThat(Examples.usualLabel(STARS, List.of(), shares)).isEqualTo("4");
  }

  @Test
  void newestComeFirstAndRandomOnesAreTheirSeedsAlone() {
    List<HistoryItem> past = List.of(item(1, "a"), item(2, "b"), item(3, "c"));
    assertThat(Examples.newest(past, 2)).containsExactly(past.get(2), past.get(1));
    assertThat(Examples.newest(past, 9)).hasSize(3);
    assertThat(Examples.random(past, 2, 7)).isEqualTo(Examples.random(past, 2, 7)).hasSize(2);
  }

  @Test
  void unknownMethodsAreNamedWithTheKnown() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> Method.parse(List.of("rag", "magic")))
        .withMessageContaining("magic")
        .withMessageContaining("hydra-paper");
    assertThat(Method.parse(List.of("hydra", "rag"))).containsExactly(Method.RAG, Method.HYDRA);
  }

  @Test
  void aProfilePromptDescribesThenAnswers() {
    List<HistoryItem> items = List.of(item(2, "b"), item(1, "a"));
    assertThat(ProfilePrompts.describe(TITLES, items)).hasSize(6);
    assertThat(ProfilePrompts.describe(TITLES, items).get(5).content())
        .isEqualTo("Describe this person.");
    assertThat(ProfilePrompts.answer(TITLES, " Terse. ", items, "q").get(0).content())
        .endsWith("About this person: Terse.");
  }
}

package io.hydra.model.base;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlainAnswerTest {
  private static final TaskSpec STARS = TaskCatalogue.shipped().find("LaMP_3").orElseThrow();
  private static final TaskSpec TAGS = TaskCatalogue.shipped().find("LaMP_2M").orElseThrow();
  private static final TaskSpec TITLES = TaskCatalogue.shipped().find("LaMP_5").orElseThrow();

  private static int of(TaskSpec task, List<String> candidates, int... samples) {
    return PlainAnswer.of(task, candidates, samples);
  }

  @Test
  void ofOptionsItIsTheMostFrequentTheFirstOfEquals() {
    List<String> tags = List.of("comedy", "action", "classic");
    assertThat(of(TAGS, tags, 1, 2, 2)).isEqualTo(1);
    assertThat(of(TAGS, tags, 0, 0, 1)).isEqualTo(2);
  }

  @Test
  void ofOrderedOptionsItIsTheLowerMedianInWhicheverOrderTheyCome() {
    List<String> stars = List.of("5", "1", "3", "4");
    assertThat(of(STARS, stars, 0, 3, 2, 3)).as("1 1 1 3 3 4 4 4").isEqualTo(2);
    assertThat(of(STARS, stars, 2, 2, 0, 0)).as("1 1 5 5").isEqualTo(1);
    assertThat(of(STARS, stars, 3, 2, 0, 0)).as("1 1 5 5 5").isEqualTo(0);
  }

  @Test
  void ofTextsItIsTheOneThatAgreesMostWithAllSamples() {
    List<String> texts = List.of("x y z", "a b c", "a b d");
    assertThat(of(TITLES, texts, 1, 1, 1)).isEqualTo(1);
    assertThat(of(TITLES, texts, 9, 1, 1)).isEqualTo(0);
  }

  @Test
  void withoutSamplesThereIsNone() {
    for (TaskSpec task : List.of(STARS, TAGS, TITLES)) {
      assertThat(of(task, List.of("1", "2"), 0, -1)).isEqualTo(-1);
    }
  }
}

package io.hydra.model.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class TaskCatalogueTest {
  private static final String MOVIES = "LaMP_2M";

  @Test
  void shipsTheSampleAndLampsFive() {
    assertThat(TaskCatalogue.shipped().ids())
        .containsExactly("sample", "LaMP_2N", MOVIES, "LaMP_3", "LaMP_4", "LaMP_5");
  }

  @Test
  void namesFileTaskAndEveryProblemAtOnce() {
    String yaml =
        """
        tasks:
          - id: "a b"
            metric: ROUGE
            options: [x, x]
            retrieved: 2
            used: 4
            candidates: 8
            temperature: 1
            maxTokens: 8
        """;
    assertThatExceptionOfType(TaskCatalogueException.class)
        .isThrownBy(() -> TaskCatalogue.parse(yaml, "mine.yaml"))
        .withMessageContaining("mine.yaml, task a b")
        .withMessageContaining("id must be")
        .withMessageContaining("instruction must")
        .withMessageContaining("options must differ")
        .withMessageContaining("metric ROUGE goes with open text")
        .withMessageContaining("retrieved at least used");
  }

  @Test
  void unknownKeysAreErrorsWithTheirPlace() {
    assertThatExceptionOfType(TaskCatalogueException.class)
        .isThrownBy(() -> TaskCatalogue.parse("tasks:\n  - id: x\n    flavour: y\n", "mine.yaml"))
        .withMessageContaining("mine.yaml, tasks[0].flavour: unknown key")
        .withMessageContaining("instruction");
    assertThatExceptionOfType(TaskCatalogueException.class)
        .isThrownBy(() -> TaskCatalogue.parse("tasks: \"unended\n", "mine.yaml"))
        .withMessageContaining("mine.yaml, line");
  }

  @Test
  void anOptionIsFoundInWhatAnLlmSays() {
    TaskSpec movies = TaskCatalogue.shipped().find(MOVIES).orElseThrow();
    assertThat(movies.normalize(" Sci-Fi.")).isEqualTo("sci-fi");
    assertThat(movies.normalize("The tag is \"dark comedy\"")).isEqualTo("dark comedy");
    assertThat(movies.normalize("comedy or action")).isEmpty();
    assertThat(movies.normalize("tragicomedy")).isEmpty();
    assertThat(movies.normalize("")).isEmpty();
  }

  @Test
  void aUsersOwnOutputIsFoundWhateverItsCase() {
    TaskSpec movies = TaskCatalogue.shipped().find(MOVIES).orElseThrow();
    assertThat(movies.indexOf(" Dark Comedy ")).isEqualTo(movies.options().indexOf("dark comedy"));
    assertThat(movies.indexOf("rather dark comedy")).isEqualTo(-1);
  }

  @Test
  void openTextIsTheFirstLineWithoutQuotes() {
    TaskSpec titles = TaskCatalogue.shipped().find("LaMP_5").orElseThrow();
    assertThat(titles.normalize("\n \"On  Heads\" \nBecause …")).isEqualTo("On Heads");
  }
}

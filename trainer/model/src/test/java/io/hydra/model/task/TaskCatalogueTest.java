package io.hydra.model.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    assertThatExceptionOfType(UserException.class)
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
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> TaskCatalogue.parse("tasks:\n  - id: x\n    flavour: y\n", "mine.yaml"))
        .withMessageContaining("mine.yaml, tasks[0].flavour: unknown key; known are [candidates, ")
        .withMessageContaining("mine.yaml, task x: instruction must say");
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> TaskCatalogue.parse("taks:\n  - id: x\n", "mine.yaml"))
        .withMessageContaining("mine.yaml, taks: unknown key")
        .withMessageContaining("needs a list");
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(
            () -> TaskCatalogue.parse("tasks:\n  - {flavour: [y], margin: x}\n", "mine.yaml"))
        .withMessageContaining("tasks[0].flavour: unknown key")
        .withMessageContaining("tasks[0].margin: must be a number");
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> TaskCatalogue.parse("tasks: \"unended\n", "mine.yaml"))
        .withMessageContaining("mine.yaml, line");
  }

  private static String task(String id, String lines) {
    return """
        tasks:
          - id: %s
            instruction: Do it.
        %s
        """
        .formatted(id, lines.indent(4));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          options: [a, b]                                 | metric must be one of ACCURACY, MAE, MSE
          metric: GOOD                                    | tasks[0].metric: must be one of ACCURACY, MAE, MSE
          metric: ACCURACY                                | metric ROUGE goes with open text
          {metric: MSE, options: [high, low]}             | metric MSE needs options that are rising numbers
          {metric: MAE, options: [2, 1]}                  | metric MAE needs options that are rising numbers
          {metric: ACCURACY, options: [a, A]}             | options must differ from each other by more than case
          {metric: ACCURACY, options: [a, ""]}            | options must not be empty
          {metric: ACCURACY, options: [a, "b, c"]}        | options must have no commas
          {metric: ACCURACY, options: [a]}                | options needs at least two
          {metric: ACCURACY, options: a}                  | tasks[0].options: must be a list
          {metric: ACCURACY, options: [a, b], margin: 1}  | margin must be at least 0 and below 1
          {metric: ACCURACY, options: [a, b], margin: -.1}| margin must be at least 0 and below 1
          {metric: ACCURACY, options: [a, b], margin: x}  | tasks[0].margin: must be a number
          {metric: ROUGE, margin: 0.1}                    | margin goes with options
          {metric: ROUGE, rerank: maybe}                  | tasks[0].rerank: must be true or false
          {metric: ROUGE, retrieved: 2.5}                 | tasks[0].retrieved: must be a whole number
          {metric: ROUGE, retrieved: 3}                   | retrieved at least used
          {metric: ROUGE, candidates: 0}                  | candidates and maxTokens must be at least 1
          {metric: ROUGE, temperature: 3}                 | temperature must be between 0 and 2
          {metric: ROUGE, metric: ROUGE}                  | Duplicate
          """)
  void eachRuleNamesFileKeyAndRemedy(String keys, String message) {
    String flow = keys.startsWith("{") ? keys : "{" + keys + "}";
    String yaml =
        "tasks: [%s]".formatted(flow.replaceFirst("\\{", "{id: mine, instruction: Do it., "));
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> TaskCatalogue.parse(yaml, "mine.yaml"))
        .withMessageStartingWith("mine.yaml, ")
        .withMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "# nothing", "tasks:", "tasks: []", "text", "[1]", "tasks: [~]", "tasks: [1]"})
  void aFileWithoutTasksSaysWhatItNeeds(String yaml) {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> TaskCatalogue.parse(yaml, "mine.yaml"))
        .withMessageStartingWith("mine.yaml")
        .withMessageContaining("task");
  }

  @Test
  void whatIsLeftOutHasADefault() {
    TaskSpec task =
        TaskCatalogue.parse(task("mine", "metric: rouge"), "mine.yaml").find("mine").orElseThrow();
    assertThat(task)
        .isEqualTo(
            new TaskSpec("mine", "Do it.", List.of(), Metric.ROUGE, 10, 4, 8, 1.0, 64, true, 0.0));
  }

  @Test
  void anOrdinalTaskMayBeMeasuredBySquares() {
    TaskSpec task =
        TaskCatalogue.parse(task("mine", "metric: MSE\noptions: [1, 2.5]"), "mine.yaml")
            .find("mine")
            .orElseThrow();
    assertThat(task.options()).containsExactly("1", "2.5");
    assertThat(task.isOrdinal()).isTrue();
  }

  @Test
  void ownTasksStandBesideThoseThatShip() {
    TaskCatalogue shipped = TaskCatalogue.shipped();
    TaskCatalogue own = shipped.extend(task("mine", "metric: ROUGE"), "mine.yaml");
    assertThat(own.ids()).containsAll(shipped.ids()).contains("mine");
    assertThat(shipped.ids()).doesNotContain("mine");
  }

  @Test
  void anIdThatShipsIsToldTogetherWithAllOtherProblems() {
    String yaml = task("sample", "metric: ROUGE\ntemperature: 3");
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> TaskCatalogue.shipped().extend(yaml, "mine.yaml"))
        .satisfies(
            e ->
                assertThat(e.getMessage().lines())
                    .containsExactly(
                        "mine.yaml, task sample: temperature must be between 0 and 2",
                        "mine.yaml, task sample: stands in hydra's own tasks.yaml too; give it"
                            + " another id"));
  }

  @Test
  void ofTwoTasksWithOneIdThoseOfTheFirstCatalogueStand() {
    TaskCatalogue first = TaskCatalogue.parse(task("mine", "metric: ROUGE"), "first");
    TaskCatalogue other =
        TaskCatalogue.parse(task("mine", "metric: ACCURACY\noptions: [a, b]"), "other");
    assertThat(first.withMissingFrom(other).all()).containsExactlyElementsOf(first.all());
    assertThat(first.withMissingFrom(TaskCatalogue.shipped()).ids())
        .contains("mine")
        .containsAll(TaskCatalogue.shipped().ids());
  }

  @Test
  void whatIsWrittenIsReadBack() {
    TaskCatalogue all =
        TaskCatalogue.shipped()
            .extend(
                task(
                    "mine",
                    """
                    options: ["yes", "No: #1", "'", 007]
                    metric: ACCURACY
                    temperature: 0.7
                    rerank: false
                    margin: 0.05
                    """),
                "mine.yaml");
    assertThat(TaskCatalogue.parse(all.toYaml(), "again").all())
        .containsExactlyElementsOf(all.all());
    assertThat(all.toYaml()).doesNotContain("closed").doesNotContain("ordinal");
  }

  @Test
  void aMissingFileIsNamed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("mine.yaml");
    TaskCatalogue shipped = TaskCatalogue.shipped();
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> shipped.extend(file))
        .withMessage(file + ": no such file; name a YAML file of tasks");
    Files.writeString(file, task("mine", "metric: ROUGE"));
    assertThat(shipped.extend(file).ids()).contains("mine");
    Files.write(file, new byte[] {(byte) 0xff});
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> shipped.extend(file))
        .withMessageStartingWith(file + ": cannot be read");
  }

  @Test
  void theExampleOfTheDocumentationIsValid() {
    TaskCatalogue example =
        TaskCatalogue.shipped()
            .extend(Path.of("..", "..", "docs", "examples", "support-tickets.yaml"));
    assertThat(example.ids()).hasSize(8);
    assertThat(example.find("ticket-queue").orElseThrow().isClosed()).isTrue();
    assertThat(example.find("ticket-reply").orElseThrow().isClosed()).isFalse();
  }

  @Test
  void anOptionMayEndInSigns() {
    TaskSpec languages =
        TaskCatalogue.parse(task("mine", "metric: ACCURACY\noptions: [C, C++]"), "mine.yaml")
            .find("mine")
            .orElseThrow();
    assertThat(languages.normalize("C++.")).isEqualTo("C++");
    assertThat(languages.normalize("\"c\"")).isEqualTo("C");
    assertThat(languages.normalize("C or C++")).isEmpty();
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

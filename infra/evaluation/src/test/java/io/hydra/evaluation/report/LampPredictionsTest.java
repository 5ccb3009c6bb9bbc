package io.hydra.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.evaluation.metric.TestTasks;
import io.hydra.evaluation.result.Results.Answers;
import io.hydra.evaluation.result.Results.Question;
import io.hydra.evaluation.result.Results.Usage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LampPredictionsTest {
  private static final List<Question> QUESTIONS =
      List.of(new Question("310", "310", 4, "a"), new Question("311", "311", 2, "b"));

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "LaMP_2N, LaMP_2",
    "LaMP_2M, LaMP_2",
    "LaMP_3, LaMP_3",
    "LaMP_2Nx, LaMP_2Nx",
    "shelf, shelf"
  })
  void theShapeIsLampsOwn(String task, String written) throws IOException {
    Path file = folder.resolve("predictions/hydra.json");
    Answers answers = new Answers("hydra", 1, List.of("“b”\n", ""), Usage.NONE);

    LampPredictions.write(file, TestTasks.task(task, "ACCURACY", "a", "b"), QUESTIONS, answers);

    ObjectMapper json = new ObjectMapper();
    assertThat(json.readTree(file.toFile()))
        .isEqualTo(
            json.readTree(
                """
                {"task": "%s", "golds": [
                  {"id": "310", "output": "“b”\\n"}, {"id": "311", "output": ""}]}
                """
                    .formatted(written)));
  }

  @Test
  void everyQuestionNeedsAnAnswer() {
    Answers one = new Answers("hydra", 1, List.of("b"), Usage.NONE);

    assertThatThrownBy(
            () -> LampPredictions.write(folder.resolve("p.json"), TestTasks.text(), QUESTIONS, one))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 answers to 2 questions");
    assertThat(folder).isEmptyDirectory();
  }
}

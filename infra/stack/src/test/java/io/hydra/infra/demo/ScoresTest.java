package io.hydra.infra.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hydra.infra.demo.Scores.Pair;
import io.hydra.model.task.TaskCatalogue;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScoresTest {
  private static Map<String, Double> scores(String task, Pair... pairs) {
    return Scores.of(TaskCatalogue.shipped().find(task).orElseThrow(), List.of(pairs));
  }

  @Test
  void macroF1CountsAbsentOptionsAsZero() {
    Map<String, Double> scores =
        scores(
            "LaMP_2M",
            new Pair("comedy", "comedy"),
            new Pair("comedy", "action"),
            new Pair("", "action"));
    assertThat(scores.get("accuracy")).isCloseTo(1.0 / 3, within(1e-12));
    // comedy: precision 1/2, recall 1; action: 0; thirteen others: 0.
    assertThat(scores.get("f1")).isCloseTo(2.0 / 3 / 15, within(1e-12));
  }

  @Test
  void aRatingThatIsNoNumberIsTheFartherEndOfTheScale() {
    Map<String, Double> scores =
        scores("LaMP_3", new Pair("4", "5"), new Pair("great", "4"), new Pair("", "2"));
    assertThat(scores.get("mae")).isCloseTo((1 + 3 + 3) / 3.0, within(1e-12));
    assertThat(scores.get("rmse")).isCloseTo(Math.sqrt((1 + 9 + 9) / 3.0), within(1e-12));
  }

  @Test
  void textsAreScoredByRouge() {
    Map<String, Double> scores = scores("LaMP_5", new Pair("b a", "a b"));
    assertThat(scores.get("rouge1")).isEqualTo(1);
    assertThat(scores.get("rougeL")).isEqualTo(0.5);
  }
}

package io.hydra.model.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hydra.model.base.BaseTrainer.TaskData;
import io.hydra.model.base.BaseTrainer.TrainingProgress;
import io.hydra.model.base.Trunks.Epochs;
import io.hydra.model.encoder.BuiltInEncoder;
import io.hydra.model.encoder.BuiltInEncoder.EncoderShape;
import io.hydra.model.encoder.MeaningEncoder;
import io.hydra.model.feature.Situation;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrunksTest {
  private static final TaskSpec STARS = TaskCatalogue.shipped().find("LaMP_3").orElseThrow();
  private static final String QUERY = "a dull cable";

  /** Trunks of four reviews, two of them with these stars. */
  private static Trunks train(MeaningEncoder meaning, String stars, long seed) {
    return Trunks.train(
        meaning, data(stars), Map.of(), new Epochs(2, 2), seed, "", TrainingProgress.NONE);
  }

  private static Map<String, TaskData> data(String stars) {
    List<HistoryItem> items =
        List.of(
            new HistoryItem("a", 1, "a dull sound", stars),
            new HistoryItem("b", 2, "a superb drum", "5"),
            new HistoryItem("c", 3, "a dull bow", stars),
            new HistoryItem("d", 4, "a fair stand", "3"));
    return Map.of(STARS.id(), new TaskData(STARS, List.of(items)));
  }

  private static Situation situation(Trunks trunks) {
    return new TaskScorer(STARS, trunks.tasks().get(STARS.id()), trunks.texts())
        .timeline()
        .query(QUERY);
  }

  @Test
  void aDigestTellsTrunksApart() {
    try (Trunks one = train(null, "1", 1);
        Trunks same = train(null, "1", 1);
        Trunks ofOtherUsers = train(null, "2", 1);
        Trunks ofAnotherSeed = train(null, "1", 2)) {
      assertThat(same.digest()).isEqualTo(one.digest());
      assertThat(ofOtherUsers.digest()).isNotEqualTo(one.digest());
      assertThat(ofAnotherSeed.digest()).isNotEqualTo(one.digest());
    }
  }

  @Test
  void scoresOfJoinedTrunksAreTheMeansOfTheirs() {
    try (MeaningEncoder meaning =
            MeaningEncoder.learn(
                BuiltInEncoder.initialize(new EncoderShape(50, 6), 1), List.of(QUERY), 6, 1);
        Trunks one = train(meaning, "1", 1);
        Trunks other = train(meaning, "2", 2);
        Trunks joined = Trunks.join(List.of(one, other), meaning, data("1"))) {
      Situation first = situation(one);
      Situation second = situation(other);
      Situation both = situation(joined);
      assertThat(first.words().trunkScores()).isNotEqualTo(second.words().trunkScores());
      for (int c = 0; c < STARS.options().size(); c++) {
        assertThat(both.words().trunkScores()[c])
            .isCloseTo(
                (first.words().trunkScores()[c] + second.words().trunkScores()[c]) / 2,
                within(1e-5));
        assertThat(both.meaning().trunkScores()[c])
            .isCloseTo(
                (first.meaning().trunkScores()[c] + second.meaning().trunkScores()[c]) / 2,
                within(1e-5));
      }
      assertThat(joined.tasks().get(STARS.id()).memory().labels()).containsExactly(0, 4, 0, 2);
    }
  }

  @Test
  void namesOfOptionsAreKnownUnlessTheyAreNumbers() {
    TaskSpec film = TaskCatalogue.shipped().find("LaMP_2M").orElseThrow();
    List<HistoryItem> items = List.of(new HistoryItem("a", 1, "a duel in space", "sci-fi"));
    Map<String, TaskData> data =
        Map.of(
            film.id(), new TaskData(film, List.of(items)), STARS.id(), data("1").get(STARS.id()));
    try (MeaningEncoder meaning =
            MeaningEncoder.learn(
                BuiltInEncoder.initialize(new EncoderShape(50, 6), 1), List.of(QUERY), 6, 1);
        Trunks trunks =
            Trunks.train(meaning, data, Map.of(), new Epochs(1, 1), 1, "", TrainingProgress.NONE)) {
      assertThat(trunks.tasks().get(film.id()).optionNames())
          .isDeepEqualTo(meaning.encode(film.options()));
      assertThat(trunks.tasks().get(STARS.id()).optionNames()).isEmpty();
    }
  }
}

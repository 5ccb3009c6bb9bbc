package io.hydra.model.feature;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.base.TaskScoring;
import io.hydra.model.encoder.BuiltInEncoder;
import io.hydra.model.encoder.EncoderShape;
import io.hydra.model.retrieve.Bm25;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineTest {
  private static final TaskSpec TASK = TaskCatalogue.shipped().find("LaMP_3").orElseThrow();

  private static final List<HistoryItem> ITEMS =
      List.of(
          new HistoryItem("a", 1, "good strings", "5"),
          new HistoryItem("b", 2, "bad cable", "1"),
          new HistoryItem("c", 3, "good strings", "4"));

  private static Timeline timeline(BuiltInEncoder encoder, Bm25 bm25) {
    return new Timeline(encoder, bm25, ITEMS, false);
  }

  @Test
  void anItemSeesOnlyWhatCameBeforeIt() {
    try (BuiltInEncoder encoder = BuiltInEncoder.initialize(new EncoderShape(100, 4), 1);
        Bm25 bm25 = new Bm25()) {
      Situation last = timeline(encoder, bm25).before(2);
      assertThat(last.past()).containsExactly(ITEMS.get(0), ITEMS.get(1));
      assertThat(TaskScoring.retrieve(last, 10)).containsExactly(0, 1);
      assertThat(timeline(encoder, bm25).before(0).past()).isEmpty();
    }
  }

  @Test
  void aQueryThatSharesNoWordGetsTheNewestItems() {
    try (BuiltInEncoder encoder = BuiltInEncoder.initialize(new EncoderShape(100, 4), 1);
        Bm25 bm25 = new Bm25()) {
      Situation query = timeline(encoder, bm25).query("piano");
      assertThat(TaskScoring.retrieve(query, 2)).containsExactly(2, 1);
    }
  }

  @Test
  void withoutHistoryNothingButThePopulationSpeaks() {
    try (BuiltInEncoder encoder = BuiltInEncoder.initialize(new EncoderShape(100, 4), 1);
        Bm25 bm25 = new Bm25()) {
      double[] shares = {0.1, 0.1, 0.2, 0.2, 0.4};
      ClosedFeatures features = new ClosedFeatures(TASK, shares, new float[0][]);
      Situation nobody = new Timeline(encoder, bm25, List.of(), false).query("good strings");
      double[][] z = features.of(nobody, TASK.options(), Samples.MISSING);
      for (String name : List.of("frequency", "recency", "meaningVote", "wordVote", "agreement")) {
        int i = features.names().indexOf(name);
        for (double[] row : z) {
          assertThat(row[i]).as(name).isZero();
        }
      }
    }
  }

  @Test
  void votesFavourWhatTheUserSaidOfSimilarThings() {
    try (BuiltInEncoder encoder = BuiltInEncoder.initialize(new EncoderShape(100, 4), 1);
        Bm25 bm25 = new Bm25()) {
      double[] shares = {0.2, 0.2, 0.2, 0.2, 0.2};
      ClosedFeatures features = new ClosedFeatures(TASK, shares, new float[0][]);
      Situation query = timeline(encoder, bm25).query("another bad cable");
      double[][] z = features.of(query, TASK.options(), Samples.of(List.of("1", "1", "5")));
      int wordVote = features.names().indexOf("wordVote");
      int agreement = features.names().indexOf("agreement");
      assertThat(z[0][wordVote]).isPositive();
      assertThat(z[4][wordVote]).isNegative();
      assertThat(z[0][agreement]).isGreaterThan(z[4][agreement]);
    }
  }
}

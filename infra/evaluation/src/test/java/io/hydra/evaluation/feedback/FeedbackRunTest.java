package io.hydra.evaluation.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.evaluation.feedback.Taste.TextForm;
import io.hydra.evaluation.run.EvaluationProgress;
import io.hydra.evaluation.run.FakeLlm;
import io.hydra.evaluation.run.Round;
import io.hydra.evaluation.run.RoundBase;
import io.hydra.evaluation.run.Settings;
import io.hydra.evaluation.run.Settings.QuestionMode;
import io.hydra.model.head.HeadFitter.FitSettings;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeedbackRunTest {
  private static final TaskSpec NEWS = TaskCatalogue.shipped().find("LaMP_2N").orElseThrow();
  private static final TaskSpec STARS = TaskCatalogue.shipped().find("LaMP_3").orElseThrow();
  private static final TaskSpec TITLES = TaskCatalogue.shipped().find("LaMP_5").orElseThrow();

  @TempDir private Path folder;

  private static LampUser user(String id, int items, String output) {
    List<HistoryItem> profile = new ArrayList<>();
    for (int i = 0; i < items; i++) {
      profile.add(new HistoryItem(id + i, i + 1, "word" + i + " of " + id, output));
    }
    return new LampUser(id, profile, "q", output);
  }

  private static FeedbackOutcome run(TaskSpec task, String output, int threads) {
    List<LampUser> base = new ArrayList<>();
    List<LampUser> measured = new ArrayList<>();
    for (int u = 0; u < 8; u++) {
      base.add(user("b" + u, 8, output));
      measured.add(user("m" + u, u == 0 ? 5 : 12, output));
    }
    FakeLlm llm = new FakeLlm(output);
    Settings settings =
        new Settings(
            task, QuestionMode.LAMP, Set.of(), List.of(1L), 20, threads, 0, FitSettings.DEFAULT);
    RoundBase bases =
        new RoundBase(task, TaskCatalogue.shipped(), null, llm, 20, EvaluationProgress.NONE);
    return new FeedbackRun(settings, bases, llm, EvaluationProgress.NONE)
        .run(List.of(new Round("test", base, measured, "fake")));
  }

  @Test
  void whoHasItemsEnoughIsServedUnderEveryTemper() throws IOException {
    FeedbackOutcome outcome = run(STARS, "4", 2);
    String table = FeedbackReport.write(outcome, Map.of("seeds", 1), folder);
    assertThat(table).contains("own taste (7)", "turns round (7)", "random verdicts (7)");
    assertThat(Files.readString(folder.resolve("feedback.json"))).contains("\"loyal\"");
    assertThat(Files.readString(folder.resolve("feedback.md"))).contains("| users");
    assertThat(outcome.stretches())
        .filteredOn(s -> s.temper() == Temper.OWN_TASTE)
        .allSatisfy(
            s -> {
              var values = s.comparison().pooled();
              // All that the population knows is one star away from what these users want.
              assertThat(values.get(FeedbackRun.Way.WITHOUT.id()).get("accuracy").value()).isZero();
            });
  }

  @Test
  void theSameSeedGivesTheSameReportWhateverTheThreads() throws IOException {
    for (TaskSpec task : List.of(STARS, TITLES)) {
      String output = task.isClosed() ? "4" : "On the drums of old";
      String one = FeedbackReport.write(run(task, output, 1), Map.of(), folder);
      String other = FeedbackReport.write(run(task, output, 3), Map.of(), folder);
      assertThat(one).isEqualTo(other);
    }
  }

  @Test
  void tastesAreDrawnBySeed() {
    Set<String> labels = new HashSet<>();
    NEWS.options().forEach(label -> labels.add(Taste.drawn(NEWS, 3).apply(label)));
    assertThat(labels).containsExactlyInAnyOrderElementsOf(NEWS.options());
    assertThat(Set.of(Taste.drawn(STARS, 1).apply("3"), Taste.opposite(STARS, 1).apply("3")))
        .containsExactlyInAnyOrder("2", "4");
  }

  @Test
  void aFormIsGivenToAText() {
    assertThat(new TextForm(true, true, false).apply("on the drums: of old"))
        .isEqualTo("On The Drums");
    assertThat(new TextForm(false, false, true).apply("On Drums")).isEqualTo("on: drums on");
  }
}

package io.hydra.evaluation.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.evaluation.metric.Comparison;
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
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivacyRunTest {
  private static final TaskSpec STARS = TaskCatalogue.shipped().find("LaMP_3").orElseThrow();

  @TempDir private Path folder;

  /** A user who gives stars at random, but for one word. */
  private static LampUser user(String id, String favourite) {
    Random random = new Random(id.hashCode());
    List<HistoryItem> profile = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      boolean likes = random.nextBoolean();
      String stars = likes ? favourite : Integer.toString(1 + random.nextInt(5));
      profile.add(new HistoryItem(id + i, i + 1, likes ? "the drum" : "the cable " + i, stars));
    }
    return new LampUser(id, profile, "the drum", favourite);
  }

  private static PrivacyOutcome run(int threads) {
    List<LampUser> base = new ArrayList<>();
    List<LampUser> measured = new ArrayList<>();
    for (int u = 0; u < 12; u++) {
      base.add(user("b" + u, "4"));
      measured.add(user("m" + u, "1"));
    }
    FakeLlm llm = new FakeLlm("4");
    Settings settings =
        new Settings(
            STARS, QuestionMode.LAMP, Set.of(), List.of(1L), 20, threads, 0, FitSettings.DEFAULT);
    RoundBase bases =
        new RoundBase(STARS, TaskCatalogue.shipped(), null, llm, 20, EvaluationProgress.NONE);
    return new PrivacyRun(settings, bases, EvaluationProgress.NONE)
        .run(List.of(new Round("test", base, measured, "fake")));
  }

  @Test
  void whoKnowsAllButTheEventTellsItUnlessThereIsNoise() throws IOException {
    PrivacyOutcome outcome = run(2);
    assertThat(outcome.knowingAll(Export.SERVED).auc()).isGreaterThan(0.99);
    assertThat(outcome.knowingAll(Export.POPULATION).auc()).isEqualTo(0.5);
    assertThat(outcome.knowingTheEvent(Export.POPULATION).auc()).isEqualTo(0.5);
    assertThat(outcome.knowingAll(Export.EPSILON_1).auc()).isCloseTo(0.5, within(0.1));
    assertThat(outcome.knowingAll(Export.EPSILON_4096).auc())
        .isGreaterThan(outcome.knowingAll(Export.EPSILON_8).auc());
    Comparison compared = outcome.compare();
    assertThat(error(compared, Export.SERVED)).isLessThan(error(compared, Export.POPULATION));
    assertThat(error(compared, Export.EPSILON_1))
        .isCloseTo(error(compared, Export.POPULATION), within(0.2));
    String table = PrivacyReport.write(outcome, Map.of("seeds", 1), folder);
    assertThat(table).contains("exported heads, 12 users", "epsilon 8", "as it serves");
    assertThat(Files.readString(folder.resolve("privacy.json"))).contains("\"epsilon_512\"");
    assertThat(Files.readString(folder.resolve("privacy.md"))).contains("| exported");
  }

  @Test
  void theSameSeedGivesTheSameReportWhateverTheThreads() throws IOException {
    assertThat(PrivacyReport.write(run(1), Map.of(), folder))
        .isEqualTo(PrivacyReport.write(run(3), Map.of(), folder));
  }

  private static double error(Comparison compared, Export export) {
    return compared.pooled().get(export.name()).get("mae").value();
  }

  @Test
  void theAreaIsTheShareOfPairsThatAreToldApart() {
    Membership guesses = new Membership();
    guesses.add(3, 1);
    guesses.add(1, 2);
    // 3 beats both, 1 ties with one and loses to the other.
    assertThat(guesses.auc()).isEqualTo(0.625);
  }
}

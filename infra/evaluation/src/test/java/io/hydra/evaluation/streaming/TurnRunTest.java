package io.hydra.evaluation.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.evaluation.run.EvaluationProgress;
import io.hydra.evaluation.run.FakeLlm;
import io.hydra.evaluation.run.Round;
import io.hydra.evaluation.run.RoundBase;
import io.hydra.evaluation.streaming.Turns.FalseAlarms;
import io.hydra.evaluation.streaming.Turns.Figures;
import io.hydra.model.PersonalModel;
import io.hydra.model.head.HeadFitter.FitSettings;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnRunTest {
  private static final TaskSpec STARS = TaskCatalogue.shipped().find("LaMP_3").orElseThrow();
  private static final int USERS = 6;

  private static LampUser user(String id, String stars) {
    List<HistoryItem> profile = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      profile.add(new HistoryItem(id + i, i + 1, "the drum " + i % 7, stars));
    }
    return new LampUser(id, profile, "the drum", stars);
  }

  private static List<LampUser> users(String prefix, int count) {
    List<LampUser> users = new ArrayList<>();
    for (int u = 0; u < count; u++) {
      users.add(user(prefix + u, u % 2 == 0 ? "5" : "1"));
    }
    return users;
  }

  private static Turns turns() {
    List<LampUser> measured = users("m", USERS);
    RoundBase bases =
        new RoundBase(
            STARS, TaskCatalogue.shipped(), null, new FakeLlm("4"), 0, EvaluationProgress.NONE);
    Round round = new Round("test", users("b", 12), measured, "fake");
    Turns turns = new Turns();
    try (PersonalModel model = bases.train(round, 1, "test", new HashMap<>())) {
      TurnRun run = new TurnRun(model, STARS, FitSettings.DEFAULT, 1);
      turns.add(measured.stream().map(user -> run.watch(measured, user)).toList());
    }
    return turns;
  }

  @Test
  void whatLabelsShowIsToldAndWhoTurnsIntoTheirLikeIsNot() {
    Turns turns = turns();
    assertThat(turns.unturned()).isEqualTo(new FalseAlarms(USERS * 20, 0));
    Figures all = turns.figures().get(0);
    Figures shown = turns.figures().get(1);
    assertThat(all.turns()).isEqualTo(USERS * (USERS - 1));
    assertThat(all.users()).isEqualTo(USERS);
    assertThat(shown.turns()).isBetween(1, all.turns() - 1);
    assertThat(shown.within10()).isEqualTo(1);
    double told = (double) shown.turns() / all.turns();
    assertThat(all.within10()).isEqualTo(told);
    assertThat(all.low()).isLessThan(told);
    assertThat(all.high()).isGreaterThanOrEqualTo(told);
    assertThat(shown.median()).isBetween(2, 5);
    assertThat(turns.table().markdown()).contains("| the same, labels show it ", "1.00 [1.00");
  }

  @Test
  void withoutUsersThereAreNoFigures() {
    assertThat(new Turns().figures()).isEmpty();
  }

  @Test
  void alarmsAreToldWithTheIntervalOfTheirCount() {
    // Exact: 0 to 3.69 for none, .24 to 7.22 for two.
    assertThat(new FalseAlarms(500, 0).in500()).isEqualTo("0.00 [0.00, 3.67]");
    assertThat(new FalseAlarms(500, 2).in500()).isEqualTo("2.00 [0.22, 7.22]");
  }
}

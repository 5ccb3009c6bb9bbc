package io.hydra.evaluation.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TastesTest {
  private static final TaskSpec TAGS = TaskCatalogue.shipped().find("LaMP_2M").orElseThrow();

  @Test
  void everyOtherUserRenamesAllLabelsInOneWay() {
    List<HistoryItem> items = new ArrayList<>();
    for (String option : TAGS.options()) {
      items.add(new HistoryItem(option, items.size() + 1, "in", option));
    }
    List<LampUser> users =
        List.of(new LampUser("a", items, "q", "comedy"), new LampUser("b", items, "q", "comedy"));
    List<LampUser> tastes = Tastes.permuteHalf(TAGS, users, 1);
    assertThat(tastes.get(0)).isEqualTo(users.get(0));
    List<String> renamed = tastes.get(1).profile().stream().map(HistoryItem::output).toList();
    assertThat(renamed).containsExactlyInAnyOrderElementsOf(TAGS.options());
    assertThat(renamed).isNotEqualTo(TAGS.options());
    assertThat(tastes.get(1).gold()).isEqualTo(renamed.get(TAGS.indexOf("comedy")));
    assertThat(Tastes.permuteHalf(TAGS, users, 1)).isEqualTo(tastes);
  }
}

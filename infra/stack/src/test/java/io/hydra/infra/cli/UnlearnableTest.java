package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.cli.LoadCommand.Unlearnable;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.schemas.user.UserKey;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class UnlearnableTest {
  private final Unlearnable unlearnable = new Unlearnable(TaskCatalogue.shipped());

  @Test
  void eventsOfATaskThatTheBaseDoesNotKnowAreToldByTheTask() {
    look("lamp_3", "4");
    look("lamp_3", "5");
    assertThat(unlearnable.notes())
        .singleElement()
        .asString()
        .contains("2 events of task lamp_3")
        .contains("LaMP_3");
  }

  @Test
  void outputsThatAreNoOptionAreCountedWithoutTheirText() {
    look("LaMP_3", "excellent");
    look("LaMP_3", "4");
    assertThat(unlearnable.notes())
        .singleElement()
        .asString()
        .contains("1 event of task LaMP_3")
        .contains("1, 2, 3, 4, 5")
        .doesNotContain("excellent");
  }

  @Test
  void whatCanBeLearnedFromIsNotMentioned() {
    look("LaMP_3", "4");
    look("LaMP_4", "Any headline");
    unlearnable.look(
        BehaviorEvents.erasure("e", new UserKey("shop", "ann"), Instant.EPOCH.plusSeconds(1)));
    assertThat(unlearnable.notes()).isEmpty();
  }

  private void look(String task, String output) {
    unlearnable.look(
        BehaviorEvents.interaction(
            "e",
            new UserKey("shop", "ann"),
            task,
            Instant.parse("2026-01-31T10:00:00Z"),
            "Dull strings.",
            output));
  }
}

package io.hydra.infra.cli;

import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Interaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts events that are remembered and teach nothing: of a task or an option nobody knows. */
final class Unlearnable {
  private final TaskCatalogue catalogue;
  private final Map<String, Integer> ofUnknownTask = new TreeMap<>();
  private final Map<String, Integer> ofNoOption = new TreeMap<>();

  /**
   * @param catalogue of the base that is served
   */
  Unlearnable(TaskCatalogue catalogue) {
    this.catalogue = catalogue;
  }

  void look(BehaviorEvent event) {
    if (!(event.getPayload() instanceof Interaction interaction)) {
      return;
    }
    String task = event.getTask();
    catalogue
        .find(task)
        .ifPresentOrElse(
            known -> {
              if (known.isClosed() && known.indexOf(interaction.getOutput()) < 0) {
                ofNoOption.merge(task, 1, Integer::sum);
              }
            },
            () -> ofUnknownTask.merge(task, 1, Integer::sum));
  }

  /** One line per task, without a user's text. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    ofUnknownTask.forEach(
        (task, count) ->
            notes.add(
                "%d events are of task %s, which the served base does not know: they are remembered and teach nothing. It knows %s"
                    .formatted(count, task, String.join(", ", catalogue.ids()))));
    ofNoOption.forEach(
        (task, count) ->
            notes.add(
                "%d events of task %s have an output that is none of its options: they are remembered and teach nothing. Its options: %s"
                    .formatted(count, task, options(task))));
    return notes;
  }

  private String options(String task) {
    return catalogue.find(task).map(TaskSpec::options).orElse(List.of()).stream()
        .reduce((a, b) -> a + ", " + b)
        .orElse("");
  }
}

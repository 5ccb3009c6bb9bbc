package io.hydra.infra.trials.fuzz;

import io.hydra.infra.trials.corpus.ReplyCase;
import io.hydra.infra.trials.corpus.ReplyCases;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** What an LLM's endpoint sends, and what it says. */
final class ReplyEntries {
  private ReplyEntries() {}

  static List<Entry> all() {
    return List.of(answers());
  }

  private static Entry answers() {
    List<TaskSpec> tasks = List.copyOf(TaskCatalogue.shipped().all());
    return new Entry(
        "answers",
        bodies(),
        input -> {
          String text = new String(input, StandardCharsets.UTF_8);
          for (TaskSpec task : tasks) {
            String answer = task.normalize(text);
            if (task.isClosed() && !answer.isEmpty() && !task.options().contains(answer)) {
              throw new IllegalStateException("an answer that is no option of " + task.id());
            }
            Objects.checkIndex(task.indexOf(text) + 1, task.options().size() + 1);
          }
        },
        Set.of());
  }

  private static List<byte[]> bodies() {
    return ReplyCases.open().stream().map(ReplyCase::body).filter(Objects::nonNull).toList();
  }
}

package io.hydra.serving.answer;

import io.hydra.model.Choice;
import io.hydra.model.RankedItem;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HistoryItem;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What serving needs of the model. Thread-safe; its methods cost CPU and no I/O. */
public interface Personalizer {
  /** Heads belong to this version of the base. */
  String baseVersion();

  Optional<TaskSpec> task(String id);

  Set<String> taskIds();

  /** The items for the prompt, most useful first. */
  List<RankedItem> rank(TaskSpec task, List<HistoryItem> history, String input);

  /** The answer among the LLM's samples and, in a closed task, all options. */
  Choice choose(
      TaskSpec task, List<HistoryItem> history, String input, List<String> samples, Heads heads);
}

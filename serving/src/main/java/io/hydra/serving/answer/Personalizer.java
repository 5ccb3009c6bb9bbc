package io.hydra.serving.answer;

import io.hydra.model.Reading;
import io.hydra.model.task.TaskSpec;
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

  /** Reads a query against a history, oldest item first. */
  Reading read(TaskSpec task, List<HistoryItem> history, String input);
}

package io.hydra.serving.answer;

import io.hydra.model.Reading;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.ItemVectors;
import java.util.List;

/** The bases that may answer. */
@FunctionalInterface
public interface Models {
  /** The one that answers a tenant now. Costs no I/O. */
  Model of(String tenant);

  /** The parts of a base that serving needs. */
  record Model(String baseVersion, TaskCatalogue tasks, Reader reader) {}

  /** A {@link Reading} of a query against a history, oldest item first. Costs CPU and no I/O. */
  @FunctionalInterface
  interface Reader {
    /**
     * @param vectors that are kept beside the history
     */
    Reading read(TaskSpec task, List<HistoryItem> history, ItemVectors vectors, String input);
  }
}

package io.hydra.model.base;

import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.List;

/**
 * Training users of one task.
 *
 * @param users each user's items, oldest first
 */
public record TaskData(TaskSpec task, List<List<HistoryItem>> users) {
  public TaskData {
    users = users.stream().map(List::copyOf).toList();
  }
}

package io.hydra.serving.answer;

import io.hydra.model.PersonalModel;
import io.hydra.model.Reading;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The model of a base that was loaded from disk. */
public final class ModelPersonalizer implements Personalizer {
  private final PersonalModel model;

  public ModelPersonalizer(PersonalModel model) {
    this.model = model;
  }

  @Override
  public String baseVersion() {
    return model.baseVersion();
  }

  @Override
  public Optional<TaskSpec> task(String id) {
    return model.tasks().find(id);
  }

  @Override
  public Set<String> taskIds() {
    return model.tasks().ids();
  }

  @Override
  public Reading read(TaskSpec task, List<HistoryItem> history, String input) {
    return model.read(task, history, input);
  }
}

package io.hydra.evaluation.bench;

import io.hydra.model.Learner;
import io.hydra.model.PersonalModel;
import io.hydra.model.feature.Samples;
import io.hydra.model.head.FitSettings;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.List;

/** Bytes of a user's heads, for each task of the catalogue, both halves fitted. */
final class Sizes {
  private static final int ITEMS = 20;

  private Sizes() {}

  static List<HeadSize> of(PersonalModel model, MadeUp data) {
    return model.tasks().all().stream().map(task -> size(model, task, data)).toList();
  }

  private static HeadSize size(PersonalModel model, TaskSpec task, MadeUp data) {
    Learner learner = model.learner(task, FitSettings.DEFAULT);
    for (HistoryItem item : data.history(task, ITEMS)) {
      learner.learn(item, Samples.of(data.samples(task, item)));
    }
    return new HeadSize(task.id(), HeadsCodec.encode(learner.heads(ITEMS)).length);
  }
}

package io.hydra.infra.cli;

import io.hydra.datasets.lamp.LampFolds;
import io.hydra.datasets.lamp.LampHalves;
import io.hydra.datasets.lamp.LampReader;
import io.hydra.datasets.lamp.LampSplit;
import io.hydra.datasets.lamp.LampUser;
import io.hydra.infra.demo.LlmPrior;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The simulated LLM's priors for an evaluation: from users that are neither measured nor learnt
 * from by the base of the same round, as the evaluator divides them.
 */
final class EvaluationPriors {
  private EvaluationPriors() {}

  /**
   * @param data in LaMP's layout
   * @param folds 0: one prior, from a half of the training users; else one per fold, f1 and so on
   * @return files in {@code folder} by the name of their prior; the only one has the empty name
   * @throws io.hydra.datasets.lamp.LampFormatException if a file is missing or malformed
   * @throws IllegalArgumentException if there cannot be so many folds
   */
  static Map<String, Path> write(Path data, int folds, Path folder) {
    LampSplit train = LampReader.read(data, "train");
    Map<String, Path> files = new LinkedHashMap<>();
    if (folds == 0) {
      Path file = folder.resolve("prior.jsonl");
      LlmPrior.write(train.taskId(), LampHalves.forLlm(train), file);
      files.put("", file);
      return files;
    }
    List<LampUser> all = new ArrayList<>(train.users());
    all.addAll(LampReader.read(data, "dev").users());
    for (LampFolds.Fold fold : LampFolds.of(all, folds)) {
      String name = "f" + (files.size() + 1);
      Path file = folder.resolve("prior-" + name + ".jsonl");
      LlmPrior.write(train.taskId(), fold.llm(), file);
      files.put(name, file);
    }
    return files;
  }
}

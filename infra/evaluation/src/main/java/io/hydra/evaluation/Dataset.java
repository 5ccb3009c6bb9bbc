package io.hydra.evaluation;

import io.hydra.datasets.lamp.LampFolds;
import io.hydra.datasets.lamp.LampFolds.Fold;
import io.hydra.datasets.lamp.LampFormatException;
import io.hydra.datasets.lamp.LampHalves;
import io.hydra.datasets.lamp.LampReader;
import io.hydra.datasets.lamp.LampSplit;
import io.hydra.datasets.lamp.LampUser;
import io.hydra.evaluation.run.Round;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The rounds that a folder of LaMP files makes.
 *
 * @param taskId in the task catalogue
 */
record Dataset(String taskId, List<Round> rounds) {
  /**
   * @param folds 0: base from train, measured on dev
   * @param llmModel with {@code {fold}} for the fold's number
   * @param simulated whether the LLM has learned from a half of the users that are not measured:
   *     the base then learns from the other half alone
   * @throws LampFormatException if a file is missing or malformed
   */
  static Dataset read(Path folder, int folds, String llmModel, boolean simulated) {
    LampSplit train = LampReader.read(folder, "train");
    LampSplit dev = LampReader.read(folder, "dev");
    if (folds == 0) {
      List<LampUser> base = simulated ? LampHalves.forBase(train) : train.users();
      return new Dataset(
          train.taskId(), List.of(new Round("dev", base, dev.users(), model(llmModel, 0))));
    }
    List<LampUser> all = new ArrayList<>(train.users());
    all.addAll(dev.users());
    List<Round> rounds = new ArrayList<>();
    for (Fold fold : LampFolds.of(all, folds)) {
      List<LampUser> base = new ArrayList<>(fold.base());
      base.addAll(simulated ? List.of() : fold.llm());
      int number = rounds.size() + 1;
      String name = "fold " + number + " of " + folds;
      rounds.add(new Round(name, base, fold.measured(), model(llmModel, number)));
    }
    return new Dataset(train.taskId(), rounds);
  }

  private static String model(String name, int fold) {
    return name.replace("{fold}", Integer.toString(fold));
  }
}

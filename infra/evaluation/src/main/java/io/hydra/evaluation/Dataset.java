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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rounds that a folder of LaMP files makes.
 *
 * @param taskId in the task catalogue
 * @param taught whom a simulated LLM learns from, by the name of its model; the empty name is the
 *     plain one's
 */
record Dataset(String taskId, List<Round> rounds, Map<String, List<LampUser>> taught) {
  /**
   * @param folds 0: base from train, measured on dev
   * @param llmModel with {@code {fold}} for the fold's number
   * @param simulated whether the LLM has learned from a half of the users that are not measured:
   *     the base then learns from the other half alone
   * @param strong whether a simulated LLM learns from the base's half, too
   * @throws LampFormatException if a file is missing or malformed
   * @throws IllegalArgumentException if there cannot be so many folds
   */
  static Dataset read(Path folder, int folds, String llmModel, boolean simulated, boolean strong) {
    LampSplit train = LampReader.read(folder, "train");
    LampSplit dev = LampReader.read(folder, "dev");
    if (folds == 0) {
      List<LampUser> base = simulated ? LampHalves.forBase(train) : train.users();
      return new Dataset(
          train.taskId(),
          List.of(new Round("dev", base, dev.users(), model(llmModel, 0))),
          Map.of("", strong ? train.users() : LampHalves.forLlm(train)));
    }
    List<LampUser> all = new ArrayList<>(train.users());
    all.addAll(dev.users());
    List<Round> rounds = new ArrayList<>();
    Map<String, List<LampUser>> taught = new LinkedHashMap<>();
    for (Fold fold : LampFolds.of(all, folds)) {
      List<LampUser> others = new ArrayList<>(fold.llm());
      others.addAll(fold.base());
      List<LampUser> base = new ArrayList<>(fold.base());
      base.addAll(simulated ? List.of() : fold.llm());
      int number = rounds.size() + 1;
      String name = "fold " + number + " of " + folds;
      rounds.add(new Round(name, base, fold.measured(), model(llmModel, number)));
      taught.put("f" + number, strong ? others : fold.llm());
    }
    return new Dataset(train.taskId(), rounds, taught);
  }

  private static String model(String name, int fold) {
    return name.replace("{fold}", Integer.toString(fold));
  }
}

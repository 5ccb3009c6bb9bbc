package io.hydra.infra.cli;

import io.hydra.infra.llm.LlmServer;
import io.hydra.infra.llm.model.Prior;
import io.hydra.infra.llm.model.Prior.PriorReader;
import io.hydra.infra.llm.model.SimulatedModel;
import io.hydra.infra.output.PrivateFiles;
import io.hydra.infra.stack.LlmSettings;
import io.hydra.infra.training.BaseTraining;
import io.hydra.infra.training.SampleBase;
import io.hydra.infra.training.TrainingData;
import io.hydra.runtime.service.Closer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** The last step of {@code ./hydra}'s build: see {@link SampleBase}. */
@Command(
    name = "sample-base",
    hidden = true,
    description = "Train the base of the sample and keep it beside the build, unless it is there.")
final class SampleBaseCommand extends HydraCommand {
  @Override
  public Integer call() throws IOException, InterruptedException {
    Path home = StackFolder.home();
    try (Closer cleanup = Closer.closedAtExit("hydra-cleanup")) {
      Path temp = cleanup.own(PrivateFiles::createTemp, PrivateFiles::remove);
      TrainingData training = new TrainingData(null, temp);
      Path prior = training.llmPrior();
      SampleBase built = new SampleBase(home, training.folder(), prior);
      Path base = temp.resolve("base");
      if (built.copyTo(base)) {
        return 0;
      }
      SimulatedModel model = new SimulatedModel(Prior.learn(PriorReader.read(List.of(prior))));
      LlmServer llm = cleanup.own(LlmServer.start(Map.of("", model)));
      new BaseTraining(home, temp.resolve("base-training.log"))
          .train(training, base, new LlmSettings.Simulated(List.of(prior)), llm.baseUrl());
      built.keep(base);
      return 0;
    }
  }
}

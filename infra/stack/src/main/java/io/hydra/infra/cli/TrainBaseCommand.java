package io.hydra.infra.cli;

import io.hydra.infra.stack.Component;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Base training, in a process of its own. */
@Command(name = "train-base", description = "Train a base; see hydra train-base --help.")
final class TrainBaseCommand implements Callable<Integer> {
  private static final int HEAP_MIB = 1024;

  @Unmatched private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws InterruptedException {
    return new ModuleMain(StackFolder.home())
        .run(Component.TRAINER.module(), "io.hydra.trainer.TrainBaseMain", HEAP_MIB, arguments);
  }
}

package io.hydra.infra.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Hostile bytes for the code that reads them, in a process of its own. */
@Command(
    name = "fuzz",
    description = "Give mutated input to the code that reads it; see hydra fuzz --help.")
final class FuzzCommand implements Callable<Integer> {
  private static final String MODULE = "infra/trials";
  private static final int HEAP_MIB = 512;

  @Unmatched private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws InterruptedException {
    return new ModuleMain(StackFolder.home())
        .run(MODULE, "io.hydra.infra.trials.fuzz.FuzzMain", HEAP_MIB, arguments);
  }
}

package io.hydra.infra.cli;

import io.hydra.infra.stack.StackConfig;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Stops a running stack. */
@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = "Stop the embedded stack; its data stays. Fine if none runs.")
final class DownCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StackFolder folder;

  @Override
  public Integer call() throws InterruptedException {
    int stopped = folder.running().stop(StackConfig.DEFAULT_STOP_GRACE);
    spec.commandLine()
        .getOut()
        .println(
            stopped == 0 ? "nothing runs in " + folder.dir() : stopped + " components stopped");
    return 0;
  }
}

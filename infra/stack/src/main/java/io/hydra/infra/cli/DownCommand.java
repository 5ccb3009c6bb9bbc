package io.hydra.infra.cli;

import io.hydra.infra.stack.StackConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Stops a running stack. */
@Command(
    name = "down",
    description =
        "Stop the embedded stack; its data stays, until you delete its folder. Fine if none runs.")
final class DownCommand extends HydraCommand {
  @Mixin private StackFolder folder;

  @Override
  public Integer call() throws InterruptedException {
    int stopped = folder.running().stop(StackConfig.STOP_GRACE);
    out()
        .println(
            stopped == 0 ? "nothing runs in " + folder.dir() : stopped + " components stopped");
    return 0;
  }
}

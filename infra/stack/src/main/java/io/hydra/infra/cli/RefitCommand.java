package io.hydra.infra.cli;

import io.hydra.infra.process.ModuleMain;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Has all users' heads fitted to a base, in a separate process. */
@Command(
    name = "refit",
    description = {
      "Fit heads of a base for every user who has none, while everything runs: before hydra base"
          + " --use makes it answer.",
      "The trainer must have the base (--base OLD,NEW). Stopped at any moment, it can be run again."
    },
    exitCodeList = {
      "0:done, for some of the requested heads at least: those that are missing are named",
      "1:failed, or none of the requested heads is there; what was fitted stays",
      "2:wrong usage"
    })
final class RefitCommand extends HydraCommand {
  private static final String MODULE = "stream-processor";
  private static final String MAIN = "io.hydra.stream.rebuild.RefitMain";
  private static final int HEAP_MIB = 256;

  @Mixin private DeploymentOptions where;

  @Option(
      names = "--base",
      paramLabel = "DIR|VERSION",
      description = "The base, by its folder or its version. Default: the one that hydra up serves")
  private String base;

  @Option(
      names = "--all",
      description =
          "Fit all heads of all bases again, those that are there too: when Redis was restored from"
              + " a copy")
  private boolean all;

  @Option(
      names = "--per-second",
      paramLabel = "N",
      description = "Most heads a second. Default: as many as the trainer fits beside its work")
  private Integer perSecond;

  @Override
  public Integer call() throws InterruptedException {
    if (all && base != null) {
      throw wrongUsage("--all fits the heads of every base: it goes without --base");
    }
    Deployment deployment = where.deployment();
    List<String> arguments = new ArrayList<>();
    arguments.addAll(
        all ? List.of("--all") : List.of("--base", BaseCommand.version(base, deployment)));
    if (perSecond != null) {
      arguments.addAll(List.of("--per-second", perSecond.toString()));
    }
    deployment.announce("fitting heads in", err());
    return new ModuleMain(StackFolder.home())
        .run(MODULE, MAIN, HEAP_MIB, arguments, deployment::applyTo);
  }
}

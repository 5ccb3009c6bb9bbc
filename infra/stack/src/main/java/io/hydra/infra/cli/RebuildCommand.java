package io.hydra.infra.cli;

import io.hydra.infra.process.ModuleMain;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Rebuilds all histories from the events, in a separate process. */
@Command(
    name = "rebuild",
    description = {
      "Build all histories again from the events topic, beside what runs, check them"
          + " against those in use, switch, and remove the old ones.",
      "Reads HYDRA_HISTORY_CAPACITY, HYDRA_HISTORY_MAX_AGE and HYDRA_HISTORY_TTL, which must be as"
          + " the stream processor's.",
      "Stopped at any moment, it can be run again."
    },
    exitCodeList = {
      "0:done",
      "1:failed, or refused because items would be lost: then nothing was changed",
      "2:wrong usage"
    })
final class RebuildCommand extends HydraCommand {
  private static final String MODULE = "stream-processor";
  private static final String MAIN = "io.hydra.stream.rebuild.RebuildMain";
  private static final int HEAP_MIB = 512;

  @Mixin private DeploymentOptions where;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description =
          "Begin at the first record at or after this time (such as 2026-01-31T10:00:00Z). Default:"
              + " the topic's beginning")
  private Instant from;

  @Option(
      names = "--accept-loss",
      description = "Switch even if histories hold items that the topic no longer gives")
  private boolean acceptLoss;

  @Option(
      names = "--finish",
      description = "Only finish a rebuild that was stopped after its switch")
  private boolean finish;

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      description =
          "Between the switch and the removal of the old histories, at least 3s. Default: 5s")
  private String grace;

  @Option(
      names = "--limits-changed",
      description =
          "Go by the limits of histories as they are set here, even though the stack was started"
              + " with others")
  private boolean limitsChanged;

  @Override
  public Integer call() throws InterruptedException {
    Deployment deployment = where.deployment();
    deployment.announce("rebuilding in", err());
    return new ModuleMain(StackFolder.home())
        .run(MODULE, MAIN, HEAP_MIB, arguments(), deployment::applyTo);
  }

  private List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    if (from != null) {
      arguments.addAll(List.of("--from", from.toString()));
    }
    if (acceptLoss) {
      arguments.add("--accept-loss");
    }
    if (finish) {
      arguments.add("--finish");
    }
    if (limitsChanged) {
      arguments.add("--limits-changed");
    }
    if (grace != null) {
      arguments.addAll(List.of("--grace", grace));
    }
    return arguments;
  }
}

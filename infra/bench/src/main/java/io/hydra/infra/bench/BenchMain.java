package io.hydra.infra.bench;

import io.hydra.infra.bench.ceiling.CeilingCommand;
import io.hydra.infra.bench.gateway.GatewayCommand;
import io.hydra.infra.bench.heads.HeadsCommand;
import io.hydra.infra.bench.history.HistoryCommand;
import io.hydra.infra.bench.lag.LagCommand;
import io.hydra.infra.bench.loop.LoopCommand;
import io.hydra.infra.bench.serving.ServingCommand;
import io.hydra.runtime.service.Program;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures what the system costs on this machine. */
@Command(
    name = "hydra bench",
    mixinStandardHelpOptions = true,
    subcommands = {
      HeadsCommand.class,
      HistoryCommand.class,
      LagCommand.class,
      LoopCommand.class,
      GatewayCommand.class,
      ServingCommand.class,
      CeilingCommand.class
    },
    description = "Measures what the system costs on this machine.")
public final class BenchMain {
  /** The project's top folder; null for what starts no stack. */
  @Option(names = "--home", hidden = true)
  Path home;

  /** The throw-away stack's folder; likewise. */
  @Option(names = "--dir", hidden = true)
  Path dir;

  private BenchMain() {}

  public static void main(String[] args) {
    // The modules on this class path bring configurations of their own.
    System.setProperty("logback.configurationFile", "bench-logback.xml");
    // Else each answer of the endpoint that stands in for an LLM may wait 40 ms for an ACK.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return Program.commandLine(new BenchMain());
  }
}

package io.hydra.infra.broker;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Runs one Kafka broker (KRaft, broker and controller in one node) on loopback until SIGTERM. A
 * data folder of an earlier run, even one killed, is continued.
 *
 * <p>Says {@code listening on 127.0.0.1:PORT} on stdout once it takes requests. Exit codes: 1 it
 * cannot start, 2 wrong usage.
 */
@Command(
    name = "hydra-broker",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "One real Kafka broker (KRaft) on 127.0.0.1.")
public final class BrokerMain implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(BrokerMain.class);

  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      defaultValue = "${env:HYDRA_BROKER_PORT:-0}",
      description = "Port for clients; 0 picks a free one. Default: ${DEFAULT-VALUE}")
  private int port;

  @Option(
      names = "--controller-port",
      defaultValue = "${env:HYDRA_BROKER_CONTROLLER_PORT:-0}",
      description = "Port of the KRaft controller; 0 picks a free one. Default: ${DEFAULT-VALUE}")
  private int controllerPort;

  @Option(
      names = "--data-dir",
      defaultValue = "${env:HYDRA_BROKER_DATA_DIR:-.hydra/broker}",
      description =
          "Folder of the logs: formatted at the first start, continued later. Default: ${DEFAULT-VALUE}")
  private Path dataDir;

  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String... args) {
    return new CommandLine(new BrokerMain())
        .setExecutionExceptionHandler(
            (e, commandLine, result) -> {
              if (!(e instanceof BrokerException)) {
                throw e;
              }
              commandLine.getErr().println("hydra-broker: " + e.getMessage());
              return CommandLine.ExitCode.SOFTWARE;
            })
        .execute(args);
  }

  @Override
  public Integer call() {
    requirePort("--port", port);
    requirePort("--controller-port", controllerPort);
    List<Integer> ports = LoopbackPorts.claim(port, controllerPort);
    BrokerSettings settings = new BrokerSettings(ports.get(0), ports.get(1), dataDir);
    KraftNode node = KraftNode.start(settings);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  log.info("stopping");
                  node.close();
                  log.info("stopped");
                },
                "broker-shutdown"));
    PrintWriter out = spec.commandLine().getOut();
    out.println("listening on " + settings.bootstrapServers());
    out.flush();
    node.awaitShutdown();
    return CommandLine.ExitCode.OK;
  }

  private void requirePort(String option, int value) {
    if (value < 0 || value > 65_535) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), option + " must be 0 to 65535, not " + value);
    }
  }
}

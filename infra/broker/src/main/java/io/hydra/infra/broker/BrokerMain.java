package io.hydra.infra.broker;

import io.hydra.runtime.option.OpsOptions;
import io.hydra.runtime.option.PortConverter;
import io.hydra.runtime.service.Program;
import io.hydra.runtime.service.Service;
import io.hydra.runtime.service.Threads;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      defaultValue = "${env:HYDRA_BROKER_PORT:-0}",
      converter = PortConverter.class,
      description = "Port for clients; 0 picks a free one. Default: ${DEFAULT-VALUE}")
  private int port;

  @Option(
      names = "--controller-port",
      defaultValue = "${env:HYDRA_BROKER_CONTROLLER_PORT:-0}",
      converter = PortConverter.class,
      description = "Port of the KRaft controller; 0 picks a free one. Default: ${DEFAULT-VALUE}")
  private int controllerPort;

  @Option(
      names = "--data-dir",
      defaultValue = "${env:HYDRA_BROKER_DATA_DIR:-.hydra/broker}",
      description =
          "Folder of the logs: formatted at the first start, continued later. Default: ${DEFAULT-VALUE}")
  private Path dataDir;

  @Option(
      names = "--config",
      paramLabel = "KEY=VALUE",
      description = "A further setting of a server.properties; may be repeated.")
  private Map<String, String> config = Map.of();

  @Mixin private OpsOptions ops;

  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String... args) {
    return Program.run(new BrokerMain(), args);
  }

  @Override
  public Integer call() throws Exception {
    return Service.run("broker", ops, this::serve);
  }

  private void serve(Service service) throws InterruptedException {
    List<Integer> ports = LoopbackPorts.claim(port, controllerPort);
    BrokerSettings settings = new BrokerSettings(ports.get(0), ports.get(1), dataDir, config);
    KraftNode node = service.own(KraftNode.start(settings));
    Threads.daemon(
            "broker-end",
            () -> {
              node.awaitShutdown();
              service.fail();
            })
        .start();
    PrintWriter out = spec.commandLine().getOut();
    out.println("listening on " + settings.bootstrapServers());
    out.flush();
    service.ready();
    service.awaitStop();
  }

  /** Turns wished ports into ones that are free on loopback at this moment. */
  static final class LoopbackPorts {
    private LoopbackPorts() {}

    /**
     * @param wished each a port, or 0 for any free one
     * @return as many distinct ports, in the same order
     * @throws UserException if a wished port is taken
     */
    static List<Integer> claim(int... wished) {
      List<ServerSocket> held = new ArrayList<>();
      try {
        // All are held until the last is known, or two wishes for 0 could get the same port.
        for (int port : wished) {
          held.add(bind(port));
        }
        return held.stream().map(ServerSocket::getLocalPort).toList();
      } finally {
        held.forEach(LoopbackPorts::close);
      }
    }

    private static ServerSocket bind(int port) {
      try {
        return new ServerSocket(port, 0, InetAddress.getByName(BrokerSettings.HOST));
      } catch (IOException e) {
        throw new UserException(
            "port %d on %s is taken (%s); choose another or 0 for a free one"
                .formatted(port, BrokerSettings.HOST, e.getMessage()),
            e);
      }
    }

    private static void close(ServerSocket socket) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UserException("a probed port could not be released", e);
      }
    }
  }
}

package io.hydra.infra.broker;

import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Turns wished ports into ones that are free on loopback at this moment. */
final class LoopbackPorts {
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

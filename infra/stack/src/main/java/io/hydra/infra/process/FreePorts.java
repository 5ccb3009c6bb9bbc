package io.hydra.infra.process;

import io.hydra.infra.StackException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Ports of the loopback interface. */
public final class FreePorts {
  private FreePorts() {}

  /** Ports that were free, all different. */
  public static List<Integer> find(int count) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        held.add(bind(0));
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      held.forEach(FreePorts::release);
    }
  }

  /**
   * Checks a port that somebody chose.
   *
   * @throws StackException if something listens there
   */
  public static void requireFree(int port, String component) {
    try {
      release(bind(port));
    } catch (IOException e) {
      throw new StackException(
          "port %d for the %s is taken: stop what listens there, or choose another"
              .formatted(port, component),
          e);
    }
  }

  private static ServerSocket bind(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return socket;
    } catch (IOException e) {
      release(socket);
      throw e;
    }
  }

  private static void release(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

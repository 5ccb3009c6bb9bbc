package io.hydra.infra.process;

import io.hydra.infra.StackException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Ports of the loopback interface. */
public final class FreePorts {
  /**
   * Below the range that Linux (from 32768) and others (from 49152) take the local ports of
   * outgoing connections from: a port may be chosen minutes before it is bound, and must not be
   * lost to a connection meanwhile.
   */
  static final int FIRST = 20_000;

  /** Exclusive. */
  static final int END = 32_000;

  private FreePorts() {}

  /**
   * Ports that were free, all different, searched from a random one on, so that stacks that start
   * side by side seldom look at the same.
   *
   * @param except not to be chosen, free or not
   * @throws StackException if there are not so many
   */
  public static List<Integer> find(int count, Set<Integer> except, RandomGenerator random) {
    List<Integer> found = new ArrayList<>();
    int start = random.nextInt(FIRST, END);
    for (int i = 0; i < END - FIRST && found.size() < count; i++) {
      int port = FIRST + (start - FIRST + i) % (END - FIRST);
      if (!except.contains(port) && isFree(port)) {
        found.add(port);
      }
    }
    if (found.size() < count) {
      throw new StackException(
          "no %d ports between %d and %d are free: name ports of your own"
              .formatted(count, FIRST, END - 1));
    }
    return found;
  }

  /**
   * Checks a port that somebody chose.
   *
   * @throws StackException if something listens there
   */
  public static void requireFree(int port, String component) {
    try {
      bindAndRelease(port);
    } catch (IOException e) {
      throw new StackException(
          "port %d for the %s is taken: stop what listens there, or choose another"
              .formatted(port, component),
          e);
    }
  }

  private static boolean isFree(int port) {
    try {
      bindAndRelease(port);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void bindAndRelease(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    try (socket) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }
  }
}

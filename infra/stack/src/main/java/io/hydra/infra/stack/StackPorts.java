package io.hydra.infra.stack;

import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Ports on the loopback interface; an own one that is missing, or 0, stands for a free one.
 *
 * @param own the port on which a component does its work; the stream processor's is Flink's REST
 *     interface
 * @param ops the port of its health, metrics and status, always chosen among the free ones
 */
public record StackPorts(Map<Component, Integer> own, Map<Component, Integer> ops) {
  public static final StackPorts FREE = new StackPorts(Map.of(), Map.of());

  private static final List<Component> WITH_OWN =
      List.of(
          Component.BROKER,
          Component.REGISTRY,
          Component.REDIS,
          Component.SIMULATED_LLM,
          Component.STREAM_PROCESSOR,
          Component.GATEWAY);

  private static final List<Component> WITH_OPS =
      List.of(
          Component.BROKER,
          Component.SIMULATED_LLM,
          Component.STREAM_PROCESSOR,
          Component.TRAINER,
          Component.SERVING,
          Component.GATEWAY,
          Component.LAG_MONITOR);

  /**
   * Free ports are taken from here: below the range that Linux (from 32768) and others (from 49152)
   * take the local ports of outgoing connections from. A port may be chosen minutes before it is
   * bound, and must not be lost to a connection meanwhile.
   */
  private static final int FIRST = 20_000;

  /** Exclusive. */
  private static final int END = 32_000;

  /** A component's own port; 0 if it is not chosen. */
  int of(Component component) {
    return own.getOrDefault(component, 0);
  }

  /**
   * The same ports with the free ones chosen.
   *
   * @throws UserException if a given port is taken, or given twice
   */
  StackPorts resolve(RandomGenerator random) {
    Set<Integer> given = new HashSet<>();
    own.forEach((component, port) -> requireUsable(component, port, given));
    Iterator<Integer> free = free(WITH_OWN.size() + WITH_OPS.size(), given, random).iterator();
    Map<Component, Integer> chosen = new EnumMap<>(Component.class);
    WITH_OWN.forEach(each -> chosen.put(each, of(each) == 0 ? free.next() : of(each)));
    Map<Component, Integer> chosenOps = new EnumMap<>(Component.class);
    WITH_OPS.forEach(each -> chosenOps.put(each, free.next()));
    return new StackPorts(chosen, chosenOps);
  }

  private static void requireUsable(Component component, int port, Set<Integer> given) {
    if (port != 0 && !given.add(port)) {
      throw new UserException("port %d is given twice: choose another".formatted(port));
    }
    if (port != 0 && !isFree(port)) {
      throw new UserException(
          "port %d for the %s is taken: stop what listens there, or choose another"
              .formatted(port, component.id()));
    }
  }

  /**
   * Ports that were free, all different, searched from a random one on, so that stacks that start
   * side by side seldom look at the same.
   *
   * @param except not to be chosen, free or not
   * @throws UserException if there are not so many
   */
  public static List<Integer> free(int count, Set<Integer> except, RandomGenerator random) {
    List<Integer> found = new ArrayList<>();
    int start = random.nextInt(FIRST, END);
    for (int i = 0; i < END - FIRST && found.size() < count; i++) {
      int port = FIRST + (start - FIRST + i) % (END - FIRST);
      if (!except.contains(port) && isFree(port)) {
        found.add(port);
      }
    }
    if (found.size() < count) {
      throw new UserException(
          "no %d ports between %d and %d are free: name ports of your own"
              .formatted(count, FIRST, END - 1));
    }
    return found;
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}

package io.hydra.infra.stack;

import io.hydra.infra.output.Json;
import io.hydra.infra.output.PrivateFiles;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The ports of a stack on the loopback interface, as they are remembered from one start to the
 * next.
 *
 * @param own the port on which a component does its work; the stream processor's is Flink's REST
 *     interface
 * @param ops the port of its health, metrics and status
 */
public record StackPorts(Map<Component, Integer> own, Map<Component, Integer> ops) {
  private static final String FILE = "ports.json";

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

  /** A component's own port; 0 if it has none. */
  int of(Component component) {
    return own.getOrDefault(component, 0);
  }

  /**
   * Chooses the given ports, else those that the folder's last stack had, else free ones; also
   * where the last ones are taken now.
   *
   * @param given own ports; one that is missing, or 0, is chosen
   * @throws UserException if a given port is taken, or given twice
   */
  static StackPorts choose(Map<Component, Integer> given, Path dir, RandomGenerator random) {
    StackPorts last = load(dir);
    Set<Integer> taken = new HashSet<>();
    given.forEach((component, port) -> requireUsable(component, port, taken));
    return new StackPorts(
        choose(WITH_OWN, given, last.own(), taken, random),
        choose(WITH_OPS, Map.of(), last.ops(), taken, random));
  }

  private static Map<Component, Integer> choose(
      List<Component> components,
      Map<Component, Integer> given,
      Map<Component, Integer> last,
      Set<Integer> taken,
      RandomGenerator random) {
    Map<Component, Integer> chosen = new EnumMap<>(Component.class);
    for (Component each : components) {
      int before = last.getOrDefault(each, 0);
      int port = given.getOrDefault(each, 0);
      if (port == 0) {
        boolean again = before != 0 && !taken.contains(before) && isFree(before);
        port = again ? before : free(1, taken, random).get(0);
      }
      taken.add(port);
      chosen.put(each, port);
    }
    return chosen;
  }

  private static StackPorts load(Path dir) {
    try {
      StackPorts last = Json.read(dir.resolve(FILE), StackPorts.class);
      if (last.own() != null && last.ops() != null) {
        return last;
      }
    } catch (IOException none) {
      // New ones are chosen.
    }
    return new StackPorts(Map.of(), Map.of());
  }

  void save(Path dir) {
    PrivateFiles.write(dir.resolve(FILE), Json.write(this) + "\n");
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

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
 * Ports on the loopback interface; 0 stands for a free one.
 *
 * @param ops of each component that answers health, metrics and status; one that is missing is free
 */
public record StackPorts(
    int broker,
    int registry,
    int redis,
    int llm,
    int flink,
    int gateway,
    Map<Component, Integer> ops) {
  public static final StackPorts FREE = new StackPorts(0, 0, 0, 0, 0, 0);

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

  /**
   * @param streamMetrics where the stream processor answers health, metrics and status
   */
  public StackPorts(int broker, int registry, int redis, int llm, int flink, int streamMetrics) {
    this(broker, registry, redis, llm, flink, 0, Map.of(Component.STREAM_PROCESSOR, streamMetrics));
  }

  /** The same with another port of the gateway. */
  public StackPorts withGateway(int port) {
    return new StackPorts(broker, registry, redis, llm, flink, port, ops);
  }

  /**
   * The same ports with the free ones chosen.
   *
   * @throws UserException if a given port is taken, or given twice
   */
  StackPorts resolve(RandomGenerator random) {
    Iterator<Integer> free = free(6 + WITH_OPS.size(), given(), random).iterator();
    int ourBroker = pick(broker, free, "broker");
    int ourRegistry = pick(registry, free, "registry");
    int ourRedis = pick(redis, free, "redis");
    int ourLlm = pick(llm, free, "simulated LLM");
    int ourFlink = pick(flink, free, "Flink REST interface");
    int ourGateway = pick(gateway, free, "gateway");
    Map<Component, Integer> ourOps = new EnumMap<>(Component.class);
    for (Component component : WITH_OPS) {
      int given = ops.getOrDefault(component, 0);
      ourOps.put(component, pick(given, free, component.id() + "'s metrics"));
    }
    return new StackPorts(ourBroker, ourRegistry, ourRedis, ourLlm, ourFlink, ourGateway, ourOps);
  }

  private Set<Integer> given() {
    List<Integer> all = new ArrayList<>(List.of(broker, registry, redis, llm, flink, gateway));
    all.addAll(ops.values());
    Set<Integer> given = new HashSet<>();
    for (int port : all) {
      if (port != 0 && !given.add(port)) {
        throw new UserException("port %d is given twice: choose another".formatted(port));
      }
    }
    return given;
  }

  private static int pick(int given, Iterator<Integer> free, String component) {
    int other = free.next();
    if (given == 0) {
      return other;
    }
    if (!isFree(given)) {
      throw new UserException(
          "port %d for the %s is taken: stop what listens there, or choose another"
              .formatted(given, component));
    }
    return given;
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

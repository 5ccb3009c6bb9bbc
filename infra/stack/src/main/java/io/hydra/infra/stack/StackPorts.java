package io.hydra.infra.stack;

import io.hydra.infra.StackException;
import io.hydra.infra.process.FreePorts;
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
    int broker, int registry, int redis, int llm, int flink, Map<Component, Integer> ops) {
  public static final StackPorts FREE = new StackPorts(0, 0, 0, 0, 0, 0);

  private static final List<Component> WITH_OPS =
      List.of(
          Component.BROKER,
          Component.SIMULATED_LLM,
          Component.STREAM_PROCESSOR,
          Component.TRAINER,
          Component.SERVING);

  /**
   * @param streamMetrics where the stream processor answers health, metrics and status
   */
  public StackPorts(int broker, int registry, int redis, int llm, int flink, int streamMetrics) {
    this(broker, registry, redis, llm, flink, Map.of(Component.STREAM_PROCESSOR, streamMetrics));
  }

  /**
   * The same ports with the free ones chosen.
   *
   * @param random where to look for free ones
   * @throws StackException if a given port is taken, or given twice
   */
  StackPorts resolve(RandomGenerator random) {
    Set<Integer> given = given();
    Iterator<Integer> free = FreePorts.find(5 + WITH_OPS.size(), given, random).iterator();
    int ourBroker = pick(broker, free.next(), "broker");
    int ourRegistry = pick(registry, free.next(), "registry");
    int ourRedis = pick(redis, free.next(), "redis");
    int ourLlm = pick(llm, free.next(), "simulated LLM");
    int ourFlink = pick(flink, free.next(), "Flink REST interface");
    Map<Component, Integer> ourOps = new EnumMap<>(Component.class);
    for (Component component : WITH_OPS) {
      int port = pick(ops.getOrDefault(component, 0), free.next(), component.id() + "'s metrics");
      ourOps.put(component, port);
    }
    return new StackPorts(ourBroker, ourRegistry, ourRedis, ourLlm, ourFlink, ourOps);
  }

  private Set<Integer> given() {
    List<Integer> all = new ArrayList<>(List.of(broker, registry, redis, llm, flink));
    all.addAll(ops.values());
    Set<Integer> given = new HashSet<>();
    for (int port : all) {
      if (port != 0 && !given.add(port)) {
        throw new StackException("port %d is given twice: choose another".formatted(port));
      }
    }
    return given;
  }

  private static int pick(int given, int free, String component) {
    if (given == 0) {
      return free;
    }
    FreePorts.requireFree(given, component);
    return given;
  }
}

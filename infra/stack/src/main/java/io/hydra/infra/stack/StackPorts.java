package io.hydra.infra.stack;

import io.hydra.infra.StackException;
import io.hydra.infra.process.FreePorts;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Ports on the loopback interface; 0 stands for a free one. */
public record StackPorts(
    int broker, int registry, int redis, int llm, int flink, int streamMetrics) {
  public static final StackPorts FREE = new StackPorts(0, 0, 0, 0, 0, 0);

  /**
   * The same ports with the free ones chosen.
   *
   * @param random where to look for free ones
   * @throws StackException if a given port is taken, or given twice
   */
  StackPorts resolve(RandomGenerator random) {
    Set<Integer> given = given();
    List<Integer> free = FreePorts.find(6, given, random);
    return new StackPorts(
        pick(broker, free.get(0), "broker"),
        pick(registry, free.get(1), "registry"),
        pick(redis, free.get(2), "redis"),
        pick(llm, free.get(3), "simulated LLM"),
        pick(flink, free.get(4), "Flink REST interface"),
        pick(streamMetrics, free.get(5), "stream processor's metrics"));
  }

  private Set<Integer> given() {
    Set<Integer> given = new HashSet<>();
    for (int port : List.of(broker, registry, redis, llm, flink, streamMetrics)) {
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

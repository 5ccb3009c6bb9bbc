package io.hydra.infra.stack;

import io.hydra.infra.StackException;
import io.hydra.infra.process.FreePorts;
import java.util.List;

/** Ports on the loopback interface; 0 stands for a free one. */
public record StackPorts(int broker, int registry, int redis, int llm, int flink) {
  public static final StackPorts FREE = new StackPorts(0, 0, 0, 0, 0);

  /**
   * The same ports with the free ones chosen.
   *
   * @throws StackException if a given port is taken
   */
  StackPorts resolve() {
    List<Integer> free = FreePorts.find(5);
    return new StackPorts(
        pick(broker, free.get(0), "broker"),
        pick(registry, free.get(1), "registry"),
        pick(redis, free.get(2), "redis"),
        pick(llm, free.get(3), "simulated LLM"),
        pick(flink, free.get(4), "Flink web interface"));
  }

  private static int pick(int given, int free, String component) {
    if (given == 0) {
      return free;
    }
    FreePorts.requireFree(given, component);
    return given;
  }
}

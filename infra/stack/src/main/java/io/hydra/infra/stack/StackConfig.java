package io.hydra.infra.stack;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The settings of an embedded stack.
 *
 * @param dir holds data, logs and records of the stack
 * @param ports at which components do their work; others, and 0, are chosen
 * @param heaps largest Java heaps, in MiB, where they are not the components' usual ones
 * @param nextBase a second base that trainer and serving have beside the one that is served; null
 *     for none
 * @param optimization of the components' code by the JVM
 * @param passThrough whether the gateway passes on to the LLM what names no task, or no user
 * @param canaryInterval time between two rounds of the gateway's canary; zero for none
 */
public record StackConfig(
    Path home,
    Path dir,
    Map<Component, Integer> ports,
    Map<Component, Integer> heaps,
    LlmSettings llm,
    int partitions,
    Path nextBase,
    Optimization optimization,
    boolean passThrough,
    Duration canaryInterval) {
  public static final int DEFAULT_PARTITIONS = 4;

  /** The point from which on code is compiled as well as can be. */
  public enum Optimization {
    /** Never: a stack that runs for a minute spends most of it on its start. */
    NEVER,
    /**
     * After ten times the usual number of calls, which code that only a start runs does not reach.
     */
    LATE,
    /** As usual, for what is to be measured. */
    USUAL
  }

  /**
   * The longest that one component may take until it is ready. One that has ended is told at once,
   * so this is for one that hangs, and a busy machine must not come near it.
   */
  public static final Duration START_LIMIT = Duration.ofMinutes(5);

  /**
   * From SIGTERM to SIGKILL. Serving finishes the queries under way for up to 20 s, and Flink stops
   * within 10 s.
   */
  public static final Duration STOP_GRACE = Duration.ofSeconds(30);

  public StackConfig {
    home = home.toAbsolutePath().normalize();
    dir = dir.toAbsolutePath().normalize();
    ports = Map.copyOf(ports);
    heaps = Map.copyOf(heaps);
  }

  /** Ports of its own choice, default heaps, a simulated LLM without further priors. */
  public static StackConfig defaults(Path home, Path dir) {
    return new StackConfig(
        home,
        dir,
        Map.of(),
        Map.of(),
        new LlmSettings.Simulated(List.of()),
        DEFAULT_PARTITIONS,
        null,
        Optimization.LATE,
        false,
        Duration.ZERO);
  }

  public StackConfig withPorts(Map<Component, Integer> other) {
    return new StackConfig(
        home,
        dir,
        other,
        heaps,
        llm,
        partitions,
        nextBase,
        optimization,
        passThrough,
        canaryInterval);
  }

  public StackConfig withLlm(LlmSettings other) {
    return new StackConfig(
        home,
        dir,
        ports,
        heaps,
        other,
        partitions,
        nextBase,
        optimization,
        passThrough,
        canaryInterval);
  }

  public StackConfig withHeap(Component component, int mib) {
    Map<Component, Integer> all = new HashMap<>(heaps);
    all.put(component, mib);
    return new StackConfig(
        home,
        dir,
        ports,
        all,
        llm,
        partitions,
        nextBase,
        optimization,
        passThrough,
        canaryInterval);
  }

  public StackConfig withPartitions(int other) {
    return new StackConfig(
        home, dir, ports, heaps, llm, other, nextBase, optimization, passThrough, canaryInterval);
  }

  public StackConfig withNextBase(Path other) {
    return new StackConfig(
        home, dir, ports, heaps, llm, partitions, other, optimization, passThrough, canaryInterval);
  }

  public StackConfig withOptimization(Optimization other) {
    return new StackConfig(
        home, dir, ports, heaps, llm, partitions, nextBase, other, passThrough, canaryInterval);
  }

  public StackConfig withPassThrough(boolean other) {
    return new StackConfig(
        home, dir, ports, heaps, llm, partitions, nextBase, optimization, other, canaryInterval);
  }

  public StackConfig withCanary(Duration interval) {
    return new StackConfig(
        home, dir, ports, heaps, llm, partitions, nextBase, optimization, passThrough, interval);
  }

  /** The base that is served, and behind it the next one, if there is one. */
  List<Path> bases(Path served) {
    return nextBase == null ? List.of(served) : List.of(served, nextBase);
  }

  int heapMib(Component component) {
    return heaps.getOrDefault(component, component.heapMib());
  }
}

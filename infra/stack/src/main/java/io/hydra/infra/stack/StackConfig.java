package io.hydra.infra.stack;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * All that an embedded stack is told.
 *
 * @param home the project's top folder, built
 * @param dir holds data, logs and records of the stack
 * @param partitions of each topic
 * @param startLimit how long one component may take until it is ready
 * @param stopGrace between SIGTERM and SIGKILL
 * @param brief whether the components compile quickly rather than well: a stack that runs for a
 *     minute spends most of it on its start
 */
public record StackConfig(
    Path home,
    Path dir,
    StackPorts ports,
    HeapSizes heaps,
    LlmSettings llm,
    int partitions,
    Duration startLimit,
    Duration stopGrace,
    boolean brief) {
  public static final int DEFAULT_PARTITIONS = 4;
  public static final Duration DEFAULT_START_LIMIT = Duration.ofMinutes(2);

  /** Serving finishes the queries under way for up to 20 s, and Flink stops within 10 s. */
  public static final Duration DEFAULT_STOP_GRACE = Duration.ofSeconds(30);

  public StackConfig {
    home = home.toAbsolutePath().normalize();
    dir = dir.toAbsolutePath().normalize();
  }

  /** Free ports, default heaps, a simulated LLM without further priors. */
  public static StackConfig defaults(Path home, Path dir) {
    return new StackConfig(
        home,
        dir,
        StackPorts.FREE,
        HeapSizes.DEFAULT,
        new LlmSettings.Simulated(List.of()),
        DEFAULT_PARTITIONS,
        DEFAULT_START_LIMIT,
        DEFAULT_STOP_GRACE,
        false);
  }

  public StackConfig withPorts(StackPorts other) {
    return new StackConfig(home, dir, other, heaps, llm, partitions, startLimit, stopGrace, brief);
  }

  public StackConfig withLlm(LlmSettings other) {
    return new StackConfig(
        home, dir, ports, heaps, other, partitions, startLimit, stopGrace, brief);
  }

  public StackConfig withStartLimit(Duration other) {
    return new StackConfig(home, dir, ports, heaps, llm, partitions, other, stopGrace, brief);
  }

  public StackConfig briefly() {
    return new StackConfig(home, dir, ports, heaps, llm, partitions, startLimit, stopGrace, true);
  }
}

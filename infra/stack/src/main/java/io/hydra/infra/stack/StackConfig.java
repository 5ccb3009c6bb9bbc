package io.hydra.infra.stack;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The settings of an embedded stack.
 *
 * @param dir holds data, logs and records of the stack
 * @param ports at which components do their work; others, and 0, are chosen
 * @param nextBase a second base that trainer and serving have beside the one that is served; null
 *     for none
 */
public record StackConfig(
    Path home,
    Path dir,
    Map<Component, Integer> ports,
    LlmSettings llm,
    Path nextBase,
    Gateway gateway,
    Tuning tuning) {
  public static final int DEFAULT_PARTITIONS = 4;

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

  /**
   * What the gateway does beside the contract.
   *
   * @param passThrough whether it passes on to the LLM what names no task, or no user
   * @param canaryInterval time between two rounds of its canary; zero for none
   */
  public record Gateway(boolean passThrough, Duration canaryInterval) {}

  /**
   * What the stack's speed depends on.
   *
   * @param heaps largest Java heaps, in MiB, where they are not the components' usual ones
   */
  public record Tuning(Optimization optimization, int partitions, Map<Component, Integer> heaps) {
    public Tuning {
      heaps = Map.copyOf(heaps);
    }

    /** The usual partitions and heaps. */
    public static Tuning of(Optimization optimization) {
      return new Tuning(optimization, DEFAULT_PARTITIONS, Map.of());
    }
  }

  /** The point from which on code is compiled as well as can be. */
  public enum Optimization {
    /** Never: a stack that runs for a minute spends most of it on its start. */
    NEVER,
    /**
     * After ten times the usual number of calls, which code that only a start runs does not reach.
     */
    LATE,
    /** As usual, for what is to be measured. */
    USUAL;

    /** Full optimization costs more than it gives where little Java runs. */
    static final String QUICK_COMPILER = "-XX:TieredStopAtLevel=1";

    private static final List<String> TEN_TIMES =
        List.of(
            "-XX:Tier4InvocationThreshold=50000",
            "-XX:Tier4MinInvocationThreshold=6000",
            "-XX:Tier4CompileThreshold=150000",
            "-XX:Tier4BackEdgeThreshold=400000");

    /** Options of a component's JVM. */
    List<String> flags(Component component) {
      if (component == Component.LAG_MONITOR) {
        return List.of(QUICK_COMPILER);
      }
      return switch (this) {
        case NEVER -> List.of(QUICK_COMPILER);
        // A broker is busy with all that the others send, and was slower for minutes.
        case LATE -> component == Component.BROKER ? List.of() : TEN_TIMES;
        case USUAL -> List.of();
      };
    }
  }

  public StackConfig {
    home = home.toAbsolutePath().normalize();
    dir = dir.toAbsolutePath().normalize();
    ports = Map.copyOf(ports);
  }

  /** Ports of its own choice, default heaps, a simulated LLM without further priors. */
  public static StackConfig defaults(Path home, Path dir) {
    return new StackConfig(
        home,
        dir,
        Map.of(),
        new LlmSettings.Simulated(List.of()),
        null,
        new Gateway(false, Duration.ZERO),
        Tuning.of(Optimization.LATE));
  }

  public StackConfig withPorts(Map<Component, Integer> other) {
    return new StackConfig(home, dir, other, llm, nextBase, gateway, tuning);
  }

  public StackConfig withLlm(LlmSettings other) {
    return new StackConfig(home, dir, ports, other, nextBase, gateway, tuning);
  }

  public StackConfig withNextBase(Path other) {
    return new StackConfig(home, dir, ports, llm, other, gateway, tuning);
  }

  public StackConfig withGateway(Gateway other) {
    return new StackConfig(home, dir, ports, llm, nextBase, other, tuning);
  }

  public StackConfig withTuning(Tuning other) {
    return new StackConfig(home, dir, ports, llm, nextBase, gateway, other);
  }

  /** The base that is served, and behind it the next one, if there is one. */
  List<Path> bases(Path served) {
    return nextBase == null ? List.of(served) : List.of(served, nextBase);
  }

  int heapMib(Component component) {
    return tuning.heaps().getOrDefault(component, component.heapMib());
  }
}

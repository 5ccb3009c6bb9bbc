package io.hydra.infra.stack;

import io.hydra.infra.output.Fingerprint;
import io.hydra.infra.process.JavaCommand;
import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.process.ProcessStarter;
import io.hydra.infra.process.RunDirectory;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The simulated LLM by itself, on a free port of the loopback interface. Its answers depend on its
 * program and its priors alone: no variable of the environment reaches it.
 */
public final class SimulatedLlmProcess implements AutoCloseable {
  /** Asks the prior without a name; a hyphen and a prior's name behind it ask that prior. */
  public static final String MODEL = "hydra-simulated-llm";

  private static final int HEAP_MIB = 768;
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final int TAIL_LINES = 20;
  private static final List<String> VARIABLES = List.of("HYDRA_LLM_", "HYDRA_OPS_");

  private final ManagedProcess process;
  private final String baseUrl;
  private final String fingerprint;
  private volatile boolean closing;

  private SimulatedLlmProcess(ManagedProcess process, String baseUrl, String fingerprint) {
    this.process = process;
    this.baseUrl = baseUrl;
    this.fingerprint = fingerprint;
  }

  /**
   * Starts it, without waiting until it answers.
   *
   * @param folder its own, which holds the priors and gets its jars and its log
   * @param priors files by the name of their prior; the empty name is the plain one's
   * @param evidence how much an example counts; usually 1
   * @throws UserException if it is not built, or cannot be started
   */
  public static SimulatedLlmProcess spawn(
      Path home, Path folder, Map<String, Path> priors, double evidence) {
    int port = StackPorts.free(1, Set.of(), RandomGenerator.getDefault()).get(0);
    List<String> arguments = new ArrayList<>(List.of("--port", Integer.toString(port)));
    arguments.addAll(List.of("--evidence", Double.toString(evidence)));
    priors.forEach(
        (name, file) -> {
          // It runs in the folder; a comma in the folder's own name would split the argument.
          Path relative = folder.relativize(file);
          arguments.addAll(List.of("--prior", (name.isEmpty() ? "" : name + "=") + relative));
        });
    Path jars = folder.resolve("lib");
    String classpath = JavaCommand.copyClasspath(home, Component.SIMULATED_LLM.module(), jars);
    Set<String> withheld =
        System.getenv().keySet().stream()
            .filter(name -> VARIABLES.stream().anyMatch(name::startsWith))
            .collect(Collectors.toSet());
    ManagedProcess process =
        new ProcessStarter(folder, new RunDirectory(folder.resolve("run")), Clock.systemUTC())
            .start(
                Component.SIMULATED_LLM.id(),
                new JavaCommand(HEAP_MIB).main(classpath, Launches.SIMULATED_LLM_MAIN, arguments),
                Launches.FEW_ARENAS,
                withheld);
    List<Path> inputs = new ArrayList<>();
    try (Stream<Path> copied = Files.list(jars)) {
      copied.sorted().forEach(inputs::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    inputs.addAll(priors.values());
    return new SimulatedLlmProcess(
        process, "http://127.0.0.1:%d/v1".formatted(port), Fingerprint.of(inputs));
  }

  /**
   * Returns when it answers.
   *
   * @throws UserException if it ends first, or takes too long
   */
  public void awaitReady(Consumer<String> progress) throws InterruptedException {
    StartUp startUp = new StartUp(StackConfig.START_LIMIT, progress, () -> closing);
    startUp.add(Component.SIMULATED_LLM, process, Probes.http(baseUrl + "/models"));
    startUp.awaitReady();
  }

  /** With the version's path. */
  public String baseUrl() {
    return baseUrl;
  }

  /** Of its program and its priors: another one may answer otherwise. Short, hexadecimal. */
  public String fingerprint() {
    return fingerprint;
  }

  /** Runs {@code action} once it has ended, in whatever way. */
  public void onExit(Runnable action) {
    ProcessHandle.of(process.pid())
        .ifPresentOrElse(
            handle -> {
              var unused = handle.onExit().thenRun(action);
            },
            action);
  }

  /** Throws, with the end of its log, if it has ended. */
  public void requireAlive() {
    if (!process.isAlive() && !closing) {
      throw new UserException(
          "the simulated LLM ended during the run; its log ends with%n%s"
              .formatted(process.logTail(TAIL_LINES)));
    }
  }

  /** Stops it; returns when it is gone. */
  @Override
  public void close() {
    closing = true;
    // A stop must not be cut short by the interrupt that may have caused it.
    boolean interrupted = Thread.interrupted();
    try {
      process.stop(GRACE);
    } catch (InterruptedException e) {
      process.kill();
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

package io.hydra.infra.stack;

import io.hydra.infra.process.JavaCommand;
import io.hydra.infra.stack.Probes.Probe;
import io.hydra.infra.supervise.SupervisorProcess.Plan;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.topic.ConsumerGroups;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The command line, environment and probe of every component. */
final class Launches {
  static final String SIMULATED_LLM_MAIN = "io.hydra.infra.llm.SimulatedLlm";

  /** What the simulated LLM calls itself and takes for a key. */
  private static final String SIMULATED = "simulated";

  /** Of the launcher's environment: an LLM's address may hold a key of its own. */
  private static final Set<String> SECRETS = Set.of(LlmSettings.API_KEY, LlmSettings.BASE_URL);

  /** Native libraries allocate per thread otherwise, and keep it. */
  static final Map<String, String> FEW_ARENAS = Map.of("MALLOC_ARENA_MAX", "2");

  /** Full optimization costs more than it gives where little Java runs. */
  private static final String QUICK_COMPILER = "-XX:TieredStopAtLevel=1";

  private final StackConfig config;
  private final StackPorts ports;
  private final Endpoints endpoints;
  private final RedisServer redis;
  private final Probes probes;

  Launches(
      StackConfig config, StackPorts ports, Endpoints endpoints, RedisServer redis, Probes probes) {
    this.config = config;
    this.ports = ports;
    this.endpoints = endpoints;
    this.redis = redis;
    this.probes = probes;
  }

  /** Broker, registry, Redis and, unless another is configured, the simulated LLM. */
  List<Launch> infrastructure() {
    List<Launch> launches = new ArrayList<>(List.of(broker(), registry(), redis()));
    if (config.llm() instanceof LlmSettings.Simulated simulated) {
      launches.add(simulatedLlm(simulated));
    }
    return launches;
  }

  /**
   * Those that a trained base serves. Asks the broker who is in their groups already, so that their
   * probes are not taken in by members of an earlier start.
   *
   * @throws UserException if the broker does not answer
   */
  List<Launch> services(Path base) throws InterruptedException {
    return List.of(streamProcessor(), trainer(base), serving(base));
  }

  /**
   * What starts a component once more after it was killed.
   *
   * @throws UserException if the broker does not answer
   */
  Launch again(Launch launch) throws InterruptedException {
    return switch (launch.component()) {
      // Until their sessions time out, the dead are members of their groups and own partitions.
      case TRAINER -> launch.with(trainerJoins());
      case SERVING -> launch.with(servingJoins());
      default -> launch;
    };
  }

  private JavaCommand java(int maxHeapMiB) {
    JavaCommand java = new JavaCommand(maxHeapMiB);
    return config.brief() ? java.flags(QUICK_COMPILER) : java;
  }

  private Launch broker() {
    List<String> command =
        java(config.heaps().broker())
            .main(
                classpath(Component.BROKER),
                "io.hydra.infra.broker.BrokerMain",
                List.of(
                    "--port", Integer.toString(ports.broker()), "--data-dir", folder("broker")));
    return plain(Component.BROKER, command, probes.broker(ports.broker()));
  }

  private Launch registry() {
    String data = folder("registry") + "/registry";
    List<String> command =
        new JavaCommand(config.heaps().registry())
            .flags(
                QUICK_COMPILER,
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + ports.registry(),
                // Without WRITE_DELAY=0 a kill loses schemas that were acknowledged.
                "-Dquarkus.datasource.jdbc.url=jdbc:h2:file:" + data + ";WRITE_DELAY=0")
            .jar(registryJar());
    return plain(
        Component.REGISTRY,
        command,
        probes.http("http://127.0.0.1:" + ports.registry() + "/health/ready"));
  }

  private Launch redis() {
    return new Launch(
        Component.REDIS,
        redis.command(),
        Map.of(),
        SECRETS,
        probes.redis(ports.redis(), endpoints.redisUrl()));
  }

  private Launch simulatedLlm(LlmSettings.Simulated simulated) {
    List<String> arguments = new ArrayList<>(List.of("--port", Integer.toString(ports.llm())));
    simulated.priors().forEach(prior -> arguments.addAll(List.of("--prior", prior.toString())));
    List<String> command =
        java(config.heaps().llm())
            .main(classpath(Component.SIMULATED_LLM), SIMULATED_LLM_MAIN, arguments);
    return plain(Component.SIMULATED_LLM, command, probes.http(endpoints.llmBaseUrl() + "/models"));
  }

  Launch streamProcessor() {
    List<String> arguments =
        List.of(
            "--checkpoint-dir",
            folder("checkpoints"),
            "--rest-port",
            Integer.toString(ports.flink()));
    List<String> command =
        java(config.heaps().streamProcessor())
            .main(
                classpath(Component.STREAM_PROCESSOR),
                "io.hydra.stream.StreamProcessor",
                arguments);
    return service(
        Component.STREAM_PROCESSOR, command, Map.of(), SECRETS, probes.flink(endpoints.flinkUrl()));
  }

  private Launch trainer(Path base) throws InterruptedException {
    List<String> arguments = List.of("--base", absolute(base), "--state-dir", folder("trainer"));
    List<String> command =
        java(config.heaps().trainer())
            .main(classpath(Component.TRAINER), "io.hydra.trainer.TrainerMain", arguments);
    return service(Component.TRAINER, command, Map.of(), SECRETS, trainerJoins());
  }

  private Probe trainerJoins() throws InterruptedException {
    return probes.consumes(List.of(ConsumerGroups.TRAINER, ConsumerGroups.HEADS_WRITER));
  }

  private Probe servingJoins() throws InterruptedException {
    return probes.consumes(List.of(ConsumerGroups.SERVING));
  }

  /** A service runs in a folder of its own. */
  private static String absolute(Path path) {
    return path.toAbsolutePath().toString();
  }

  private Launch serving(Path base) throws InterruptedException {
    Map<String, String> llm = new HashMap<>();
    if (config.llm() instanceof LlmSettings.External external) {
      llm.put(LlmSettings.BASE_URL, external.baseUrl());
      llm.put(LlmSettings.MODEL, external.model());
    } else {
      llm.put(LlmSettings.BASE_URL, endpoints.llmBaseUrl());
      llm.put(LlmSettings.MODEL, SIMULATED);
      llm.put(LlmSettings.API_KEY, SIMULATED);
    }
    List<String> command =
        java(config.heaps().serving())
            .main(
                classpath(Component.SERVING),
                "io.hydra.serving.ServingMain",
                List.of("--base", absolute(base)));
    return service(Component.SERVING, command, llm, Set.of(), servingJoins());
  }

  private Launch plain(Component component, List<String> command, Probe probe) {
    return new Launch(component, command, environment(component), SECRETS, probe);
  }

  private Map<String, String> environment(Component component) {
    Map<String, String> environment = new HashMap<>(FEW_ARENAS);
    Integer port = ports.ops().get(component);
    if (port != null) {
      environment.put("HYDRA_OPS_HOST", "127.0.0.1");
      environment.put("HYDRA_OPS_PORT", port.toString());
    }
    return environment;
  }

  private String classpath(Component component) {
    return JavaCommand.copyClasspath(
        config.home(), component.module(), config.dir().resolve("lib").resolve(component.id()));
  }

  /** Passwords and addresses stay off command lines, which every user of the machine can read. */
  private Launch service(
      Component component,
      List<String> command,
      Map<String, String> further,
      Set<String> withheld,
      Probe probe) {
    Map<String, String> environment = environment(component);
    environment.putAll(endpoints.environment());
    environment.putAll(further);
    Set<String> all = new HashSet<>(withheld);
    all.addAll(Endpoints.FOREIGN);
    return new Launch(component, command, Map.copyOf(environment), Set.copyOf(all), probe);
  }

  private String folder(String name) {
    Path folder = config.dir().resolve(name);
    try {
      return Files.createDirectories(folder).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path registryJar() {
    Path unpacked = config.home().resolve(Component.REGISTRY.module()).resolve("target/registry");
    if (Files.isDirectory(unpacked)) {
      try (Stream<Path> files = Files.list(unpacked)) {
        var jar = files.filter(file -> file.toString().endsWith("-runner.jar")).findFirst();
        if (jar.isPresent()) {
          return jar.get();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw new UserException(
        "the schema registry is not unpacked in %s: run mvn -DskipTests package in %s"
            .formatted(unpacked, config.home()));
  }

  /**
   * How one component is started and known to be ready.
   *
   * @param environment added to the launcher's own
   * @param withheld variables of the launcher that it must not see
   */
  record Launch(
      Component component,
      List<String> command,
      Map<String, String> environment,
      Set<String> withheld,
      Probe probe) {
    /** The same with further variables, which win over its own. */
    Launch with(Map<String, String> further) {
      Map<String, String> all = new HashMap<>(environment);
      all.putAll(further);
      return new Launch(component, command, Map.copyOf(all), withheld, probe);
    }

    /** The same, known to be ready by another question. */
    Launch with(Probe other) {
      return new Launch(component, command, environment, withheld, other);
    }

    /** Its entry in the supervisor's plan, which starts it again without this launcher. */
    Plan.Entry entry() {
      return new Plan.Entry(component.id(), command, environment, withheld);
    }
  }
}

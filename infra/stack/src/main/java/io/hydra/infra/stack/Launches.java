package io.hydra.infra.stack;

import io.hydra.infra.output.PrivateFiles;
import io.hydra.infra.process.JavaCommand;
import io.hydra.infra.stack.Probes.Probe;
import io.hydra.infra.stack.StackConfig.Optimization;
import io.hydra.infra.supervise.SupervisorProcess.Plan;
import io.hydra.model.base.BaseFiles;
import io.hydra.model.task.TaskSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command line, environment and probe of every component. */
final class Launches {
  private static final String SIMULATED_LLM_MAIN = "io.hydra.infra.llm.SimulatedLlm";

  /** The simulated LLM's name, and its key. */
  private static final String SIMULATED = "simulated";

  /** Of the launcher's environment: an LLM's address may hold a key. */
  private static final Set<String> SECRETS = Set.of(LlmSettings.API_KEY, LlmSettings.BASE_URL);

  /** Native libraries allocate per thread otherwise, and keep it. */
  private static final Map<String, String> FEW_ARENAS = Map.of("MALLOC_ARENA_MAX", "2");

  private final StackConfig config;
  private final StackPorts ports;
  private final Endpoints endpoints;
  private final RedisServer redis;

  /**
   * One component's start.
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

    /** Its entry in the supervisor's plan, which starts it again without this launcher. */
    Plan.Entry entry() {
      return new Plan.Entry(component.id(), command, environment, withheld);
    }
  }

  Launches(StackConfig config, StackPorts ports, Endpoints endpoints, RedisServer redis) {
    this.config = config;
    this.ports = ports;
    this.endpoints = endpoints;
    this.redis = redis;
  }

  /** Broker, registry, Redis and, unless another is configured, the simulated LLM. */
  List<Launch> infrastructure() {
    List<Launch> launches = new ArrayList<>(List.of(broker(), registry(), redis()));
    if (config.llm() instanceof LlmSettings.Simulated simulated) {
      launches.add(simulatedLlm(simulated));
    }
    return launches;
  }

  /** Those that a trained base serves. */
  List<Launch> services(Path base) {
    return List.of(
        streamProcessor(), trainer(base), serving(base), gateway(tasks(base)), lagMonitor());
  }

  private Launch broker() {
    int port = ports.of(Component.BROKER);
    return plain(
        Component.BROKER,
        program(
            Component.BROKER,
            "io.hydra.infra.broker.BrokerMain",
            List.of("--port", Integer.toString(port), "--data-dir", folder("broker"))),
        itself(Component.BROKER));
  }

  private Launch registry() {
    String data = folder("registry") + "/registry";
    Path jar = Component.registryJar(config.home());
    List<String> command =
        new JavaCommand(config.heapMib(Component.REGISTRY))
            .archive(jar.getParent())
            .flags(
                Optimization.QUICK_COMPILER,
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + ports.of(Component.REGISTRY),
                // Without WRITE_DELAY=0 a kill loses schemas that were acknowledged.
                "-Dquarkus.datasource.jdbc.url=jdbc:h2:file:" + data + ";WRITE_DELAY=0")
            .jar(jar);
    return plain(Component.REGISTRY, command, Probes.http(registryHealth()));
  }

  private Launch redis() {
    Probe probe = Probes.redis(ports.of(Component.REDIS), endpoints.redisUrl());
    return new Launch(Component.REDIS, redis.command(), Map.of(), SECRETS, probe);
  }

  private Launch simulatedLlm(LlmSettings.Simulated simulated) {
    int port = ports.of(Component.SIMULATED_LLM);
    List<String> arguments = new ArrayList<>(List.of("--port", Integer.toString(port)));
    simulated.priors().forEach(prior -> arguments.addAll(List.of("--prior", prior.toString())));
    return plain(
        Component.SIMULATED_LLM,
        program(Component.SIMULATED_LLM, SIMULATED_LLM_MAIN, arguments),
        Probes.http(endpoints.llmBaseUrl() + "/models"));
  }

  Launch streamProcessor() {
    List<String> command =
        program(
            Component.STREAM_PROCESSOR,
            "io.hydra.stream.StreamProcessor",
            List.of(
                "--checkpoint-dir",
                folder("checkpoints"),
                "--rest-port",
                Integer.toString(ports.of(Component.STREAM_PROCESSOR))));
    Probe probe = Probes.flink(endpoints.flinkUrl());
    return service(Component.STREAM_PROCESSOR, command, Map.of(), SECRETS, probe);
  }

  private Launch trainer(Path base) {
    List<String> command =
        program(
            Component.TRAINER,
            "io.hydra.trainer.TrainerMain",
            List.of("--base", bases(base), "--state-dir", folder("trainer")));
    return service(Component.TRAINER, command, Map.of(), SECRETS, itself(Component.TRAINER));
  }

  private Launch serving(Path base) {
    List<String> command =
        program(Component.SERVING, "io.hydra.serving.ServingMain", List.of("--base", bases(base)));
    return service(Component.SERVING, command, llm(), Set.of(), itself(Component.SERVING));
  }

  /** For who asks the LLM. */
  private Map<String, String> llm() {
    return config.llm() instanceof LlmSettings.External external
        ? Map.of(LlmSettings.BASE_URL, external.baseUrl(), LlmSettings.MODEL, external.model())
        : Map.of(
            LlmSettings.BASE_URL, endpoints.llmBaseUrl(),
            LlmSettings.MODEL, SIMULATED,
            LlmSettings.API_KEY, SIMULATED);
  }

  /** The tasks of the bases, each base's best first. */
  private Collection<String> tasks(Path base) {
    return config.bases(base).stream()
        .flatMap(each -> BaseFiles.check(each).bestFirst().stream())
        .map(TaskSpec::id)
        .distinct()
        .toList();
  }

  /** The LLM's address is its business only if it passes on. */
  Launch gateway(Collection<String> tasks) {
    Path keys = GatewayKey.prepare(config.dir());
    List<String> arguments = new ArrayList<>(List.of("--keys", keys.toString()));
    String port = Integer.toString(ports.of(Component.GATEWAY));
    arguments.addAll(List.of("--host", "127.0.0.1", "--port", port));
    if (!tasks.isEmpty()) {
      arguments.addAll(List.of("--task", String.join(",", tasks)));
    }
    boolean passThrough = config.gateway().passThrough();
    if (passThrough) {
      arguments.add("--pass-through");
    }
    long canary = config.gateway().canaryInterval().toMillis();
    // Said in either case: a variable of the launcher's must not start one in a demo or a test.
    arguments.addAll(List.of("--canary-interval", canary + "ms"));
    List<String> command =
        program(Component.GATEWAY, "io.hydra.ingest.gateway.GatewayMain", arguments);
    return service(
        Component.GATEWAY,
        command,
        passThrough ? llm() : Map.of(),
        passThrough ? Set.of() : SECRETS,
        itself(Component.GATEWAY));
  }

  /** The served base and, behind a comma, the next one, as the services' options have it. */
  private String bases(Path base) {
    return config.bases(base).stream().map(Path::toString).collect(Collectors.joining(","));
  }

  Launch lagMonitor() {
    List<String> command =
        program(
            Component.LAG_MONITOR,
            "io.hydra.infra.lag.LagMonitorMain",
            List.of("--cluster-name", "hydra", "--lag-interval", "2s", "--service", watched()));
    return service(
        Component.LAG_MONITOR, command, Map.of(), SECRETS, itself(Component.LAG_MONITOR));
  }

  /** The components that its page shows; itself it knows. */
  private String watched() {
    Stream<String> services =
        ports.ops().entrySet().stream()
            .filter(port -> port.getKey() != Component.LAG_MONITOR)
            .map(port -> Map.entry(port.getKey(), Endpoints.metricsUrl(port.getValue())))
            .filter(service -> endpoints.metricsUrls().contains(service.getValue()))
            .map(service -> service.getKey().id() + "=" + service.getValue());
    // Neither has a port of ours.
    Stream<String> others =
        Stream.of(
            Component.REGISTRY.id() + "=" + registryHealth(),
            Component.REDIS.id() + "=redis://127.0.0.1:" + ports.of(Component.REDIS));
    return Stream.concat(services, others).collect(Collectors.joining(","));
  }

  private String registryHealth() {
    return "http://127.0.0.1:" + ports.of(Component.REGISTRY) + "/health/ready";
  }

  /** Ready once it says so on its ops server. */
  private Probe itself(Component component) {
    return Probes.http("http://127.0.0.1:%d/health/ready".formatted(ports.ops().get(component)));
  }

  private List<String> program(Component component, String mainClass, List<String> arguments) {
    JavaCommand java =
        new JavaCommand(config.heapMib(component))
            .archive(JavaCommand.target(config.home(), component.module()));
    Path jars = config.dir().resolve("lib").resolve(component.id());
    return java.flags(config.tuning().optimization().flags(component).toArray(String[]::new))
        .main(
            JavaCommand.copyClasspath(config.home(), component.module(), jars),
            mainClass,
            arguments);
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
    return PrivateFiles.createFolder(config.dir().resolve(name)).toString();
  }
}

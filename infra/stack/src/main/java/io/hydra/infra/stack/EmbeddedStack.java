package io.hydra.infra.stack;

import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.process.ProcessStarter;
import io.hydra.infra.process.RunDirectory;
import io.hydra.infra.stack.Launches.Launch;
import io.hydra.infra.supervise.SupervisorProcess;
import io.hydra.infra.supervise.SupervisorProcess.Plan;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The whole system on this machine, each component in its own process, on the loopback interface.
 *
 * <pre>{@code
 * try (var stack = EmbeddedStack.create(StackConfig.defaults(home, dir), System.err::println)) {
 *   stack.startInfrastructure();
 *   Path base = ...;               // trained now, if need be, with the LLM of stack.endpoints()
 *   stack.startServices(base, Map.of());
 *   ...
 * }
 * }</pre>
 *
 * <p>Closing stops everything, and so does the end of this JVM, Ctrl-C included. {@link #detach()}
 * lets the processes live on; {@link RunningStack} finds them again. Any failure during a start
 * stops everything that was started.
 */
public final class EmbeddedStack implements AutoCloseable {
  private final StackConfig config;
  private final StackPorts ports;
  private final Endpoints endpoints;
  private final Consumer<String> progress;
  private final RunDirectory runs;
  private final SupervisorProcess supervisor;
  private final ProcessStarter starter;
  private final StackContract contract;
  private final Launches launches;
  private final Thread hook = new Thread(this::stopQuietly, "hydra-stack-stop");

  /** Guards the following: the shutdown hook must not miss a process that is just being started. */
  private final Object guard = new Object();

  private final List<ManagedProcess> processes = new ArrayList<>();
  private final Map<Component, Launch> started = new EnumMap<>(Component.class);
  private boolean stopping;
  private FileLock lock;

  private EmbeddedStack(StackConfig config, StackPorts ports, Consumer<String> progress) {
    this.config = config;
    this.ports = ports;
    this.progress = progress;
    RunningStack.claim(config.dir());
    RedisServer redis = RedisServer.in(config.dir(), ports.of(Component.REDIS));
    endpoints = Endpoints.of(ports, redis.url(), config.llm());
    runs = new RunDirectory(RunningStack.runs(config.dir()));
    supervisor = new SupervisorProcess(config.dir());
    starter = new ProcessStarter(config.dir(), runs, Clock.systemUTC());
    contract = new StackContract(endpoints, config.tuning().partitions());
    launches = new Launches(config, ports, endpoints, redis);
  }

  /**
   * A stack whose ports are chosen and of which nothing runs yet.
   *
   * @throws UserException if a given port is taken, or given twice, or the folder cannot be made
   *     private
   */
  public static EmbeddedStack create(StackConfig config, Consumer<String> progress) {
    StackPorts ports =
        StackPorts.choose(config.ports(), config.dir(), RandomGenerator.getDefault());
    return new EmbeddedStack(config, ports, progress);
  }

  /**
   * Starts broker, registry, Redis and simulated LLM together, then makes topics and subjects.
   *
   * @throws UserException if a stack runs in this folder already, or a component does not come up:
   *     the message names it, its exit code and its log
   */
  public void startInfrastructure() throws InterruptedException {
    stoppingOnFailure(
        () -> {
          launchInfrastructure().awaitReady();
          contract.createTopics();
          registerSchemas();
        });
  }

  /**
   * Starts everything, but the services as soon as the broker has its topics, without which Flink
   * would restart the job: they wait for what else they miss, and their JVMs start meanwhile.
   *
   * @throws UserException as {@link #startInfrastructure()}
   */
  public void start(Path base) throws InterruptedException {
    stoppingOnFailure(
        () -> {
          Path served = base.toAbsolutePath().normalize();
          StartUp all = launchInfrastructure();
          all.awaitReady(Component.BROKER);
          contract.createTopics();
          spawn(all, launches.services(served));
          all.awaitReady(Component.REGISTRY);
          registerSchemas();
          all.awaitReady();
          serve(served);
        });
  }

  /**
   * Starts stream processor, trainer and serving together, and writes {@code endpoints.json} once
   * all are ready.
   *
   * @param environment of all three, over this process's own and over what the stack tells them
   * @throws UserException as {@link #startInfrastructure()}
   */
  public void startServices(Path base, Map<String, String> environment)
      throws InterruptedException {
    stoppingOnFailure(
        () -> {
          Path served = base.toAbsolutePath().normalize();
          start(launches.services(served).stream().map(each -> each.with(environment)).toList());
          serve(served);
        });
  }

  /** As {@link #startServices}, but the stream processor alone, which needs no base. */
  public void startStreamProcessor(Map<String, String> environment) throws InterruptedException {
    stoppingOnFailure(
        () -> {
          start(List.of(launches.streamProcessor().with(environment)));
          endpoints.save(config.dir());
        });
  }

  /** Starts the lag monitor alone, which needs nothing but the broker. */
  public void startLagMonitor(Map<String, String> environment) throws InterruptedException {
    stoppingOnFailure(() -> start(List.of(launches.lagMonitor().with(environment))));
  }

  /** Starts the gateway alone, which takes events as soon as there are broker and registry. */
  public void startGateway(Map<String, String> environment) throws InterruptedException {
    stoppingOnFailure(() -> start(List.of(launches.gateway(List.of()).with(environment))));
  }

  /**
   * Ends a component with SIGKILL, as a crash would, and returns when it is gone. All else goes on.
   *
   * @throws UserException if it has not been started, or even SIGKILL does not end it
   */
  public void kill(Component component) throws InterruptedException {
    ManagedProcess process = process(component);
    process.kill();
    if (!process.awaitExit(StackConfig.STOP_GRACE)) {
      throw new UserException(process + " is still there after SIGKILL");
    }
  }

  /**
   * Starts a component again as it was started before, on the same data and ports, and returns when
   * it is ready. One that still runs is killed first.
   *
   * @throws UserException if it has not been started, or as {@link #startInfrastructure()}
   */
  public void restart(Component component) throws InterruptedException {
    kill(component);
    Launch launch;
    synchronized (guard) {
      launch = started.get(component);
      boolean unused = processes.removeIf(process -> process.name().equals(component.id()));
    }
    stoppingOnFailure(() -> start(List.of(launch)));
  }

  /** Known before anything runs. */
  public Endpoints endpoints() {
    return endpoints;
  }

  /** The processes started so far. */
  public List<ManagedProcess> processes() {
    synchronized (guard) {
      return List.copyOf(processes);
    }
  }

  /** Sum of the components' resident memory; 0 where the platform does not tell. */
  public long residentBytes() {
    return processes().stream().mapToLong(p -> p.residentBytes().orElse(0)).sum();
  }

  /**
   * @throws UserException if it has not been started
   */
  public ManagedProcess process(Component component) {
    return processes().stream()
        .filter(p -> p.name().equals(component.id()))
        .findFirst()
        .orElseThrow(() -> new UserException(component.id() + " has not been started"));
  }

  /**
   * {@link #detach()}, with a supervisor that starts again whatever ends.
   *
   * @throws UserException if the supervisor cannot be started; everything is stopped then
   */
  public void detachSupervised(Duration firstPause, Duration longestPause)
      throws InterruptedException {
    stoppingOnFailure(
        () -> {
          synchronized (guard) {
            requireNotStopping();
            List<Plan.Entry> entries = started.values().stream().map(Launch::entry).toList();
            ManagedProcess unused =
                supervisor.start(
                    config.home(),
                    RunningStack.runs(config.dir()),
                    new Plan(entries, firstPause.toMillis(), longestPause.toMillis()));
          }
        });
    detach();
  }

  /** Lets the processes outlive this one; closing no longer stops them. */
  public void detach() {
    synchronized (guard) {
      stopping = true;
      processes.clear();
    }
    release();
  }

  /** Stops everything, services first. */
  @Override
  public void close() {
    stopQuietly();
    release();
  }

  private StartUp launchInfrastructure() throws InterruptedException {
    occupy();
    StartUp startUp = new StartUp(StackConfig.START_LIMIT, progress, this::isStopping);
    spawn(startUp, launches.infrastructure());
    return startUp;
  }

  private void serve(Path base) {
    RunningStack.serve(config.dir(), config.bases(base));
    endpoints.save(config.dir());
  }

  private void registerSchemas() {
    contract.registerSchemas();
    progress.accept("topics and schemas are in place");
  }

  private void occupy() throws InterruptedException {
    lock = runs.lock();
    new RunningStack(config.dir()).requireStopped();
    ports.save(config.dir());
    runs.clearStopping();
    supervisor.stop();
    runs.processes().forEach(dead -> runs.remove(dead.name()));
    Endpoints.remove(config.dir());
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void start(List<Launch> wanted) throws InterruptedException {
    StartUp startUp = new StartUp(StackConfig.START_LIMIT, progress, this::isStopping);
    spawn(startUp, wanted);
    startUp.awaitReady();
  }

  private void spawn(StartUp startUp, List<Launch> wanted) {
    for (Launch launch : wanted) {
      startUp.add(launch.component(), spawn(launch), launch.probe());
    }
  }

  private ManagedProcess spawn(Launch launch) {
    synchronized (guard) {
      requireNotStopping();
      Plan.Entry entry = launch.entry();
      ManagedProcess process =
          starter.start(entry.name(), entry.command(), entry.environment(), entry.withheld());
      processes.add(process);
      started.put(launch.component(), launch);
      return process;
    }
  }

  private void requireNotStopping() {
    if (isStopping()) {
      throw new UserException("stopped while starting");
    }
  }

  private boolean isStopping() {
    synchronized (guard) {
      return stopping || runs.isStopping();
    }
  }

  private interface Step {
    void run() throws InterruptedException;
  }

  private void stoppingOnFailure(Step step) throws InterruptedException {
    try {
      step.run();
    } catch (InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Idempotent; also run by the shutdown hook, while another thread may be starting. */
  private void stopQuietly() {
    List<ManagedProcess> all;
    synchronized (guard) {
      stopping = true;
      all = List.copyOf(processes);
      processes.clear();
    }
    if (all.isEmpty()) {
      return;
    }
    Endpoints.remove(config.dir());
    // A stop must not be cut short by the interrupt that may have caused it.
    boolean interrupted = Thread.interrupted();
    try {
      runs.markStopping();
      supervisor.stop();
      RunningStack.stopServicesFirst(all, runs, StackConfig.STOP_GRACE)
          .forEach(process -> progress.accept(process + " cannot be stopped"));
    } catch (InterruptedException e) {
      all.forEach(ManagedProcess::kill);
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void release() {
    try {
      boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyShuttingDown) {
      // The hook runs, or has run: it does what closing does.
    }
    synchronized (guard) {
      if (lock != null) {
        try {
          lock.channel().close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        lock = null;
      }
    }
  }
}

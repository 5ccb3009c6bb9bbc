package io.hydra.infra.cluster;

import io.hydra.infra.fault.TrialStack;
import io.hydra.infra.process.JavaCommand;
import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.process.ProcessStarter;
import io.hydra.infra.process.RunDirectory;
import io.hydra.infra.stack.StackPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A standalone session cluster of Flink, one job manager and one task manager with two slots, each
 * a process of its own, driven through Flink's own command line.
 */
final class FlinkCluster implements AutoCloseable {
  static final int SLOTS = 2;

  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Pattern JOB_ID = Pattern.compile("JobID ([0-9a-f]{32})");
  private static final Pattern SAVEPOINT = Pattern.compile("Savepoint completed. Path: (\\S+)");
  private static final String LOGGING =
      """
      rootLogger.level = INFO
      rootLogger.appenderRef.out.ref = out
      appender.out.name = out
      appender.out.type = CONSOLE
      appender.out.layout.type = PatternLayout
      appender.out.layout.pattern = %d %-5p %c{1} - %m%n
      """;

  private final Path home;
  private final Path dir;
  private final Path conf;
  private final String classpath;
  private final FlinkRest rest;
  private final ProcessStarter starter;
  private final List<ManagedProcess> processes = new ArrayList<>();
  private int clients;

  /**
   * Starts the processes; {@link #rest()} says when they are ready.
   *
   * @param home the project's top folder, built
   * @param dir holds configuration, logs, state, checkpoints and savepoints
   */
  FlinkCluster(Path home, Path dir) throws IOException {
    this.home = home;
    this.dir = dir;
    this.conf = Files.createDirectories(dir.resolve("conf"));
    this.classpath = Files.readString(home.resolve("infra/flink-dist/target/classpath")).strip();
    this.starter = new ProcessStarter(dir, new RunDirectory(dir.resolve("run")), Clock.systemUTC());
    List<Integer> ports = StackPorts.free(2, Set.of(), RandomGenerator.getDefault());
    this.rest = new FlinkRest(ports.get(1));
    Files.writeString(conf.resolve("log4j.properties"), LOGGING);
    Files.writeString(conf.resolve("config.yaml"), configuration(ports.get(0), ports.get(1)));
    String entrypoint = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint";
    String worker = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner";
    List<String> where = List.of("--configDir", conf.toString());
    processes.add(start("jobmanager", java(256).main(classpath, entrypoint, where)));
    processes.add(start("taskmanager", java(384).main(classpath, worker, where)));
  }

  private String configuration(int rpcPort, int restPort) {
    return """
    jobmanager.rpc.address: 127.0.0.1
    jobmanager.rpc.port: %d
    jobmanager.bind-host: 127.0.0.1
    rest.address: 127.0.0.1
    rest.bind-address: 127.0.0.1
    rest.port: %d
    taskmanager.host: 127.0.0.1
    taskmanager.bind-host: 127.0.0.1
    taskmanager.numberOfTaskSlots: %d
    taskmanager.cpu.cores: 2
    taskmanager.memory.framework.heap.size: 128m
    taskmanager.memory.task.heap.size: 256m
    taskmanager.memory.framework.off-heap.size: 128m
    taskmanager.memory.task.off-heap.size: 0m
    taskmanager.memory.network.min: 64m
    taskmanager.memory.network.max: 64m
    taskmanager.memory.managed.size: 128m
    taskmanager.memory.jvm-metaspace.size: 128m
    taskmanager.memory.jvm-overhead.min: 128m
    taskmanager.memory.jvm-overhead.max: 128m
    io.tmp.dirs: %s
    execution.checkpointing.dir: %s
    """
        .formatted(rpcPort, restPort, SLOTS, dir.resolve("tmp"), checkpoints().toUri());
  }

  private JavaCommand java(int heapMiB) {
    return TrialStack.java(heapMiB)
        .flags(
            // As the scripts of Flink's distribution do.
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "-Dlog4j.configurationFile=" + conf.resolve("log4j.properties"));
  }

  private ManagedProcess start(String name, List<String> command) {
    return starter.start(name, command, environment(), Set.of());
  }

  private Map<String, String> environment() {
    return Map.of("FLINK_CONF_DIR", conf.toString());
  }

  FlinkRest rest() {
    return rest;
  }

  /** The checkpoints' folder in the cluster's configuration. */
  Path checkpoints() {
    return dir.resolve("checkpoints");
  }

  /** Tells whether job manager and task manager still run. */
  boolean alive() {
    return processes.stream().allMatch(ManagedProcess::isAlive);
  }

  /** The end of each process's log. */
  String logs() {
    StringBuilder all = new StringBuilder();
    processes.forEach(p -> all.append(p).append('\n').append(p.logTail(40)).append('\n'));
    return all.toString();
  }

  /**
   * {@code flink run -d}.
   *
   * @param options of Flink's, before the jar
   * @param arguments of the job's
   * @return the job's id
   */
  String run(List<String> options, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("run", "-d"));
    words.addAll(options);
    words.add(jobJar(home).toString());
    words.addAll(arguments);
    return find(JOB_ID, client(words, 0));
  }

  /**
   * {@code flink stop -p}.
   *
   * @return the savepoint's address
   */
  String stop(String jobId) throws IOException, InterruptedException {
    String savepoints = dir.resolve("savepoints").toUri().toString();
    return find(SAVEPOINT, client(List.of("stop", "-p", savepoints, jobId), 0));
  }

  /**
   * {@code flink} with these words.
   *
   * @return its output, its log included
   * @throws IllegalStateException if it ends with another exit code
   */
  String client(List<String> words, int exitCode) throws IOException, InterruptedException {
    clients++;
    Path printed = dir.resolve("client-" + clients + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(
            java(256).main(classpath, "org.apache.flink.client.cli.CliFrontend", words));
    builder.environment().putAll(environment());
    Process client = builder.redirectErrorStream(true).redirectOutput(printed.toFile()).start();
    if (client.waitFor() != exitCode) {
      throw new IllegalStateException(
          "flink %s ended with %d%n%s"
              .formatted(words, client.exitValue(), Files.readString(printed)));
    }
    return Files.readString(printed);
  }

  /** The jar that `flink run` takes. */
  static Path jobJar(Path home) throws IOException {
    try (var files =
        Files.newDirectoryStream(home.resolve("stream-processor/target"), "*-job.jar")) {
      return files.iterator().next().toAbsolutePath().normalize();
    }
  }

  private static String find(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    if (!found.find()) {
      throw new IllegalStateException(pattern + " is not in\n" + text);
    }
    return found.group(1);
  }

  @Override
  public void close() throws InterruptedException {
    processes.forEach(ManagedProcess::terminate);
    for (ManagedProcess process : processes) {
      process.stop(GRACE);
    }
  }
}

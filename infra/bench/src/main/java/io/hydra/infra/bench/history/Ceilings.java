package io.hydra.infra.bench.history;

import io.hydra.infra.output.Json;
import io.hydra.infra.process.JavaCommand;
import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.process.ProcessStarter;
import io.hydra.infra.process.RunDirectory;
import io.hydra.infra.stack.Endpoints;
import io.hydra.runtime.service.Closer;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The bounds of the stream processor, each measured in a process that does nothing else. */
final class Ceilings {
  static final String MAIN = "io.hydra.infra.bench.BenchMain";
  private static final String MODULE = "infra/bench";
  private static final int HEAP_MIB = 1024;
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final int TAIL_LINES = 20;

  private final BenchSettings settings;
  private final Endpoints endpoints;
  private final Path folder;
  private final String classpath;

  /**
   * The output of one run.
   *
   * @param cpuMicros of its own process, for an event
   */
  record Measured(long events, double perSecond, double cpuMicros) {}

  /**
   * @param home the project's top folder
   * @param folder of their logs and copied jars
   */
  Ceilings(BenchSettings settings, Endpoints endpoints, Path home, Path folder) {
    this.settings = settings;
    this.endpoints = endpoints;
    this.folder = folder;
    this.classpath = JavaCommand.copyClasspath(home, MODULE, folder.resolve("lib"));
  }

  /** Writes made beforehand. */
  Measured redisAlone(int writers) throws InterruptedException {
    return redisAlone("redis-" + writers, writers, false);
  }

  /** The same by one writer, decided by a script in Redis, as it once was. */
  Measured oldWay() throws InterruptedException {
    return redisAlone("redis-old-way", 1, true);
  }

  private Measured redisAlone(String name, int writers, boolean oldWay)
      throws InterruptedException {
    return run(
        name,
        "redis",
        "--old-way=" + oldWay,
        "--writers=" + writers,
        "--users=" + settings.users,
        "--events=" + settings.events,
        "--text-bytes=" + settings.textBytes,
        "--seed=" + settings.seed);
  }

  /**
   * The topic, decoded and written without Flink: by one consumer, or in the larger batches of a
   * rebuild and by as many writers.
   *
   * @param reader consumer or rebuild
   */
  Measured topic(String reader) throws InterruptedException {
    return run(
        reader,
        reader,
        "--bootstrap-servers=" + endpoints.bootstrapServers(),
        "--schema-registry-url=" + endpoints.schemaRegistryUrl());
  }

  private Measured run(String name, String... words) throws InterruptedException {
    Path out = folder.resolve(name + ".json");
    List<String> arguments =
        new ArrayList<>(List.of("ceiling", "--capacity=" + settings.capacity, "--out=" + out));
    arguments.addAll(List.of(words));
    // It does not hear a Ctrl-C, and would go on.
    try (Closer closer = Closer.closedAtExit("ceiling-stop")) {
      ManagedProcess process = closer.own(() -> start(name, arguments), ManagedProcess::kill);
      boolean ended = process.awaitExit(LIMIT);
      try {
        return Json.read(out, Measured.class);
      } catch (IOException e) {
        throw new UserException(
            "the ceiling %s was not measured; its log ends with%n%s"
                .formatted(name, process.logTail(TAIL_LINES)),
            e);
      }
    }
  }

  private ManagedProcess start(String name, List<String> arguments) {
    return new ProcessStarter(folder, new RunDirectory(folder.resolve("run")), Clock.systemUTC())
        .start(
            name,
            new JavaCommand(HEAP_MIB).main(classpath, MAIN, arguments),
            endpoints.environment(),
            Set.of());
  }
}

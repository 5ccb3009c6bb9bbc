package io.hydra.infra.stack;

import io.hydra.infra.process.ClassArchive;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** The processes of the stack, in the order of their start. */
public enum Component {
  BROKER("broker", "infra/broker", 192, true),
  REGISTRY("registry", "infra/stack", 256, true),
  REDIS("redis", "infra/stack", 0, true),
  SIMULATED_LLM("simulated-llm", "infra/llm", 128, true),
  STREAM_PROCESSOR("stream-processor", "stream-processor", 400, false),
  TRAINER("trainer", "trainer/app", 256, false),
  SERVING("serving", "serving", 512, false),
  GATEWAY("gateway", "ingest/gateway", 160, false),
  LAG_MONITOR("lag-monitor", "infra/lag", 64, false);

  private final String id;
  private final String module;
  private final int heapMib;
  private final boolean infrastructure;

  Component(String id, String module, int heapMib, boolean infrastructure) {
    this.id = id;
    this.module = module;
    this.heapMib = heapMib;
    this.infrastructure = infrastructure;
  }

  /** Its name in logs, records and messages. */
  public String id() {
    return id;
  }

  /** Folder of the module that builds it, below the project's top. */
  public String module() {
    return module;
  }

  /** Its usual largest Java heap, in MiB; together they keep the stack below 3 GiB resident. */
  public int heapMib() {
    return heapMib;
  }

  /** True if the services need it: it is started before them, and stopped after them. */
  public boolean isInfrastructure() {
    return infrastructure;
  }

  /**
   * The archive of its classes, written or not.
   *
   * @throws UserException if it is not built
   */
  public ClassArchive archive(Path home) {
    return this == REGISTRY ? ClassArchive.of(registryJar(home)) : ClassArchive.of(home, module);
  }

  /** The schema registry, as the build has unpacked it. */
  static Path registryJar(Path home) {
    Path unpacked = home.resolve(REGISTRY.module).resolve("target/registry");
    try (Stream<Path> files =
        Files.isDirectory(unpacked) ? Files.list(unpacked) : Stream.<Path>empty()) {
      return files
          .filter(file -> file.toString().endsWith("-runner.jar"))
          .findFirst()
          .orElseThrow(
              () ->
                  new UserException(
                      "the schema registry is not unpacked in %s: run mvn -DskipTests package in %s"
                          .formatted(unpacked, home)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Optional<Component> byId(String id) {
    return Arrays.stream(values()).filter(c -> c.id.equals(id)).findFirst();
  }
}

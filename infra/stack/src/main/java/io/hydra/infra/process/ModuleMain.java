package io.hydra.infra.process;

import io.hydra.infra.output.PrivateFiles;
import io.hydra.runtime.service.Closer;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs another module's program in the foreground, on this terminal. */
public final class ModuleMain {
  private final Path home;

  /** Null to run the jars where they lie. */
  private final Path jars;

  /** Null for this terminal. */
  private Path log;

  private volatile Process running;

  public ModuleMain(Path home) {
    this(home, null);
  }

  /** The project's own jars are copied into {@code jars} and run there, unharmed by a build. */
  public ModuleMain(Path home, Path jars) {
    this.home = home;
    this.jars = jars;
  }

  /** Has the program write into a file that its owner alone can read, and not to this terminal. */
  public ModuleMain logTo(Path file) {
    this.log = file;
    return this;
  }

  /** Resident memory of the program that runs now; 0 if none does, or it is not known. */
  public long residentBytes() {
    Process process = running;
    return process == null ? 0 : ManagedProcess.residentBytes(process.pid()).orElse(0);
  }

  /** Runs it in this process's own environment. */
  public int run(String module, String mainClass, int maxHeapMiB, List<String> arguments)
      throws InterruptedException {
    return run(module, mainClass, maxHeapMiB, arguments, environment -> {});
  }

  /**
   * Runs it to its end.
   *
   * @throws UserException if the module is not built or Java cannot be started
   */
  public int run(
      String module,
      String mainClass,
      int maxHeapMiB,
      List<String> arguments,
      Consumer<Map<String, String>> environment)
      throws InterruptedException {
    String classpath =
        jars == null
            ? JavaCommand.classpath(home, module)
            : JavaCommand.copyClasspath(home, module, jars);
    ProcessBuilder builder =
        new ProcessBuilder(new JavaCommand(maxHeapMiB).main(classpath, mainClass, arguments))
            .inheritIO();
    environment.accept(builder.environment());
    try (Closer closer = Closer.closedAtExit("hydra-module-stop")) {
      Process process = closer.own(() -> start(builder, module), Process::destroy);
      running = process;
      return process.waitFor();
    } finally {
      running = null;
    }
  }

  private Process start(ProcessBuilder builder, String module) {
    try {
      if (log != null) {
        Files.createDirectories(log.getParent());
        PrivateFiles.createFile(log);
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
      }
      return builder.start();
    } catch (IOException e) {
      throw new UserException("%s cannot be started: %s".formatted(module, e.getMessage()), e);
    }
  }
}

package io.hydra.infra.cli;

import io.hydra.infra.StackException;
import io.hydra.infra.process.JavaCommand;
import io.hydra.infra.process.ModuleClasspath;
import io.hydra.infra.process.ResidentMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Runs another module's program in the foreground, on this terminal. */
final class ModuleMain {
  private final Path home;
  private volatile Process running;

  /**
   * @param home the project's top folder
   */
  ModuleMain(Path home) {
    this.home = home;
  }

  /**
   * Resident memory of the program that runs now; 0 if none does, or the platform does not tell.
   */
  long residentBytes() {
    Process process = running;
    return process == null ? 0 : ResidentMemory.of(process.pid()).orElse(0);
  }

  /**
   * @return its exit code
   * @throws StackException if the module is not built or Java cannot be started
   */
  int run(String module, String mainClass, int maxHeapMiB, List<String> arguments)
      throws InterruptedException {
    List<String> command =
        new JavaCommand(maxHeapMiB)
            .main(new ModuleClasspath(home).of(module), mainClass, arguments);
    Process process;
    try {
      process = new ProcessBuilder(command).inheritIO().start();
    } catch (IOException e) {
      throw new StackException("%s cannot be started: %s".formatted(module, e.getMessage()), e);
    }
    running = process;
    Thread hook = new Thread(process::destroy, "hydra-module-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return process.waitFor();
    } finally {
      process.destroy();
      running = null;
      try {
        boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException shuttingDown) {
        // The hook has done, or does, what this would.
      }
    }
  }
}

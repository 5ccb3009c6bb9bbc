package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.cli.QuickstartCommand.Snippet;
import io.hydra.infra.stack.Endpoints;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Small programs in other languages, each in a folder of its own, run as their users would. */
final class Scripts {
  private static final TaskSpec STARS = TaskCatalogue.shipped().find("LaMP_3").orElseThrow();

  private final Endpoints endpoints;
  private final String key;
  private final Path dir;

  /**
   * @param key of the gateway
   * @param dir of the stack
   */
  Scripts(Endpoints endpoints, String key, Path dir) {
    this.endpoints = endpoints;
    this.key = key;
    this.dir = dir;
  }

  /** Writes a quickstart snippet into a folder of its own. */
  Path write(Snippet snippet) throws IOException {
    return write(snippet, Files.createTempDirectory(dir, "script"));
  }

  Path write(Snippet snippet, Path folder) throws IOException {
    Files.writeString(
        folder.resolve(snippet.file()), snippet.text(endpoints, key, STARS.id(), STARS.options()));
    return folder;
  }

  /** The output of a snippet in Java on this test's class path. */
  String outputOfJava(Snippet snippet) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return output(
        write(snippet), java, "-cp", System.getProperty("java.class.path"), snippet.file());
  }

  static boolean runs(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      boolean ended = process.waitFor(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      process.destroy();
      return ended && process.exitValue() == 0;
    } catch (IOException notThere) {
      return false;
    }
  }

  /** The output of a program that must succeed. */
  static String output(Path folder, String... command) throws Exception {
    Path log = folder.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    int code = process.waitFor();
    assertThat(code).as(Files.readString(log)).isZero();
    return Files.readString(log);
  }
}

package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.hydra.infra.cli.QuickstartCommand.Snippet;
import io.hydra.infra.stack.Endpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Small programs in other languages, each in a folder of its own, run as their users would. */
final class Scripts {
  private static final long MINUTES = 3;

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

  /** The folder of a quickstart snippet. */
  Path write(Snippet snippet) throws IOException {
    return write(snippet.file(), snippet.text(endpoints, key, "LaMP_3"));
  }

  Path write(String file, String text) throws IOException {
    Path folder = Files.createTempDirectory(dir, "script");
    Files.writeString(folder.resolve(file), text);
    return folder;
  }

  /** The output of a snippet in Java on this test's class path. */
  String outputOfJava(Snippet snippet) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return output(
        write(snippet), java, "-cp", System.getProperty("java.class.path"), snippet.file());
  }

  /**
   * Installs packages of npm; without npm, or without a way to its packages, the test is skipped.
   */
  static void install(Path folder, String... packages) throws InterruptedException {
    assumeThat(runs("npm", "--version")).as("npm is there").isTrue();
    String[] command = {"npm", "install", "--prefix", folder.toString()};
    assumeThat(runs(Stream.of(command, packages).flatMap(Stream::of).toArray(String[]::new)))
        .as("npm can install %s", String.join(" ", packages))
        .isTrue();
  }

  static boolean runs(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
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
    assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    return Files.readString(log);
  }
}

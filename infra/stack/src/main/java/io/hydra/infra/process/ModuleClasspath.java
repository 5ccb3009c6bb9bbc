package io.hydra.infra.process;

import io.hydra.infra.StackException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Finds what the build left of a runnable module: its jar, and the class path beside it. */
public final class ModuleClasspath {
  /** Artifacts of this project; all others are immutable releases. */
  private static final String OWN = "hydra-";

  private final Path home;

  /**
   * @param home the project's top folder
   */
  public ModuleClasspath(Path home) {
    this.home = home;
  }

  /**
   * The module's class path.
   *
   * @param module folder below the top, for instance {@code infra/broker}
   * @throws StackException if the module is not built
   */
  public String of(String module) {
    Path target = home.resolve(module).resolve("target");
    Path list = target.resolve("classpath");
    try {
      if (!Files.isRegularFile(list)) {
        throw notBuilt(module);
      }
      return jar(module, target) + File.pathSeparator + Files.readString(list).strip();
    } catch (IOException e) {
      throw new StackException(target + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * As {@link #of}, with the project's own jars copied into {@code folder}: a build that replaces a
   * jar under a running JVM breaks it at the next class it loads.
   *
   * @throws StackException if the module is not built, or the copies cannot be written
   */
  public String copied(String module, Path folder) {
    List<String> entries = new ArrayList<>();
    try {
      Files.createDirectories(folder);
      for (String entry : of(module).split(File.pathSeparator, -1)) {
        Path file = Path.of(entry);
        if (Files.isRegularFile(file) && file.getFileName().toString().startsWith(OWN)) {
          Path copy = folder.resolve(file.getFileName());
          Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
          entries.add(copy.toString());
        } else {
          entries.add(entry);
        }
      }
    } catch (IOException e) {
      throw new StackException(folder + " cannot be written: " + e.getMessage(), e);
    }
    return String.join(File.pathSeparator, entries);
  }

  private Path jar(String module, Path target) throws IOException {
    try (Stream<Path> files = Files.list(target)) {
      return files
          .filter(ModuleClasspath::isMainJar)
          .max(Comparator.comparingLong(file -> file.toFile().lastModified()))
          .orElseThrow(() -> notBuilt(module));
    }
  }

  private static boolean isMainJar(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".jar")
        && !name.startsWith("original-")
        && !name.endsWith("-sources.jar")
        && !name.endsWith("-javadoc.jar")
        && !name.endsWith("-job.jar")
        && !name.endsWith("-tests.jar");
  }

  private StackException notBuilt(String module) {
    return new StackException(
        "%s is not built: run mvn -DskipTests package in %s".formatted(module, home));
  }
}

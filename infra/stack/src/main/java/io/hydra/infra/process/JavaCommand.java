package io.hydra.infra.process;

import io.hydra.schemas.config.UserException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A command line that runs Java with the Java of this process, and the class paths that the build
 * left of the project's modules.
 */
public final class JavaCommand {
  /** Artifacts of this project; all others are immutable releases. */
  private static final String OWN = "hydra-";

  private static final List<String> OTHER_JARS =
      List.of("-sources.jar", "-javadoc.jar", "-job.jar", "-tests.jar");

  private final List<String> words = new ArrayList<>();

  public JavaCommand(int maxHeapMiB) {
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.add("-Xmx" + maxHeapMiB + "m");
    // Several JVMs share few cores: one collector thread each, and no heap that cannot be used.
    words.add("-XX:+UseSerialGC");
    words.add("-XX:+ExitOnOutOfMemoryError");
    // By default the whole heap is collected twice or three times while classes are being loaded.
    words.add("-XX:MetaspaceSize=128m");
    // Java 17 takes the locale's encoding otherwise, and user text would suffer.
    words.add("-Dfile.encoding=UTF-8");
  }

  /** Has it take classes from the archive in a folder, if there is one. */
  public JavaCommand archive(Path folder) {
    words.addAll(ClassArchive.flags(folder));
    return this;
  }

  /** Further JVM flags. */
  public JavaCommand flags(String... flags) {
    words.addAll(List.of(flags));
    return this;
  }

  public List<String> main(String classpath, String mainClass, List<String> arguments) {
    List<String> all = new ArrayList<>(words);
    all.addAll(List.of("-cp", classpath, mainClass));
    all.addAll(arguments);
    return List.copyOf(all);
  }

  public List<String> jar(Path jar) {
    List<String> all = new ArrayList<>(words);
    all.addAll(List.of("-jar", jar.toString()));
    return List.copyOf(all);
  }

  /**
   * The class path of a runnable module: its jar, and what the build wrote beside it.
   *
   * @param module folder below the top, for instance {@code infra/broker}
   * @throws UserException if the module is not built
   */
  public static String classpath(Path home, String module) {
    Path target = target(home, module);
    UserException notBuilt =
        new UserException(
            "%s is not built: run mvn -DskipTests package in %s".formatted(module, home));
    Path list = target.resolve("classpath");
    if (!Files.isRegularFile(list)) {
      throw notBuilt;
    }
    try (Stream<Path> files = Files.list(target)) {
      Path jar =
          files
              .filter(file -> isMainJar(file.getFileName().toString()))
              .max(Comparator.comparingLong(file -> file.toFile().lastModified()))
              .orElseThrow(() -> notBuilt);
      return Stream.concat(Stream.of(jar), entries(Files.readString(list)))
          // The others' first: an archive of their classes is not of a class path that begins
          // otherwise, and ours change with each build.
          .sorted(Comparator.comparing(JavaCommand::isOwn))
          .map(Path::toString)
          .collect(Collectors.joining(File.pathSeparator));
    } catch (IOException e) {
      throw new UserException(target + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The folder of what the build made of a module. */
  public static Path target(Path home, String module) {
    return home.resolve(module).resolve("target");
  }

  private static boolean isMainJar(String name) {
    return name.endsWith(".jar")
        && !name.startsWith("original-")
        && OTHER_JARS.stream().noneMatch(name::endsWith);
  }

  /** The project's own jars on a module's class path. */
  public static List<Path> ownJars(Path home, String module) {
    return entries(classpath(home, module)).filter(JavaCommand::isOwn).toList();
  }

  static Stream<Path> entries(String classpath) {
    return Stream.of(classpath.strip().split(File.pathSeparator, -1)).map(Path::of);
  }

  static boolean isOwn(Path jar) {
    return jar.getFileName().toString().startsWith(OWN);
  }

  /**
   * A module's class path with the project's own jars copied into {@code folder}: a build that
   * replaces a jar under a running JVM breaks it at the next class it loads.
   *
   * @throws UserException if the module is not built, or the copies cannot be written
   */
  public static String copyClasspath(Path home, String module, Path folder) {
    List<String> entries = new ArrayList<>();
    try {
      Files.createDirectories(folder);
      for (Path file : entries(classpath(home, module)).toList()) {
        if (Files.isRegularFile(file) && isOwn(file)) {
          Path copy = folder.resolve(file.getFileName());
          Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
          entries.add(copy.toString());
        } else {
          entries.add(file.toString());
        }
      }
    } catch (IOException e) {
      throw new UserException(folder + " cannot be written: " + e.getMessage(), e);
    }
    return String.join(File.pathSeparator, entries);
  }
}

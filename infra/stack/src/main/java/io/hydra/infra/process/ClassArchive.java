package io.hydra.infra.process;

import io.hydra.schemas.config.UserException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The classes that a program takes from others' jars, as a JVM maps them into memory (class-data
 * sharing), which spares their parsing and checking at each start.
 *
 * <p>The archive belongs to one JVM and to one class path, of which a program's may be longer. So
 * others' jars come first, and the project's own classes are not in it: a build of ours leaves it
 * valid. A JVM that finds another version of itself, of a jar or of the path starts without.
 */
public final class ClassArchive {
  private static final String NAME = "classes.jsa";

  /** A JVM's flags: to use the archive, and to be silent where it cannot. */
  private static final String FLAGS = "classes.flags";

  private final String classpath;
  private final Path file;

  /** The JVM and the class path that it was made of. */
  private final Path source;

  private ClassArchive(Path folder, String classpath) {
    this.classpath = classpath;
    this.file = folder.resolve(NAME);
    this.source = folder.resolve(NAME + ".source");
  }

  /**
   * A module's.
   *
   * @throws UserException if the module is not built
   */
  public static ClassArchive of(Path home, String module) {
    String others =
        JavaCommand.entries(JavaCommand.classpath(home, module))
            .filter(jar -> !JavaCommand.isOwn(jar))
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    return new ClassArchive(JavaCommand.target(home, module), others);
  }

  /** That of a jar which runs by itself. */
  public static ClassArchive of(Path jar) {
    return new ClassArchive(jar.getParent(), jar.toString());
  }

  /** A JVM's flags for the archive in a folder; none if there is none. */
  static List<String> flags(Path folder) {
    Path flags = folder.resolve(FLAGS);
    return Files.exists(flags) ? List.of("@" + flags) : List.of();
  }

  private String flags() {
    return "\"-XX:SharedArchiveFile=%s\" -Xshare:auto -Xlog:cds=off -Xlog:class+path=off\n"
        .formatted(file.toString().replace("\\", "\\\\"));
  }

  /** Tells whether it was written by this JVM, of this class path. */
  public boolean isCurrent() {
    try {
      return Files.exists(file) && Files.readString(source).equals(source());
    } catch (IOException none) {
      return false;
    }
  }

  private String source() {
    return System.getProperty("java.vm.version") + "\n" + classpath + "\n" + flags();
  }

  /**
   * Writes it.
   *
   * @param lists of the classes that runs of the program have loaded, as {@code
   *     -XX:DumpLoadedClassList} writes them
   * @throws UserException if that fails
   */
  public void write(List<Path> lists) throws InterruptedException {
    try {
      Path list = file.resolveSibling("classes.list");
      Path whole = file.resolveSibling(NAME + ".new");
      Files.write(list, merge(lists));
      int exitCode =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xshare:dump",
                  // The one collector that keeps objects in it, for the others, too.
                  "-XX:+UseG1GC",
                  "-XX:SharedClassListFile=" + list,
                  "-XX:SharedArchiveFile=" + whole,
                  "-Xlog:disable",
                  "-cp",
                  classpath)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
      if (exitCode != 0) {
        throw new UserException("%s: java -Xshare:dump ended with %d".formatted(file, exitCode));
      }
      // Programs that run on the one before keep it.
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
      Files.writeString(file.resolveSibling(FLAGS), flags());
      Files.writeString(source, source());
      Files.delete(list);
    } catch (IOException e) {
      throw new UserException("%s cannot be written: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Each class once, without the numbers that it has in a list. */
  static Set<String> merge(List<Path> lists) throws IOException {
    Set<String> all = new LinkedHashSet<>();
    for (Path list : lists) {
      try (Stream<String> lines = Files.lines(list)) {
        // Those of a loader of their own have a source, and cannot be told without numbers.
        lines
            .filter(line -> !line.contains(" source: "))
            .map(line -> line.replaceFirst(" id: .*", ""))
            .forEach(all::add);
      }
    }
    return all;
  }
}

package io.hydra.infra.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A command line that runs Java with the Java of this process. */
public final class JavaCommand {
  private final List<String> words = new ArrayList<>();

  /**
   * @param maxHeapMiB {@code -Xmx} in MiB
   */
  public JavaCommand(int maxHeapMiB) {
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.add("-Xmx" + maxHeapMiB + "m");
    // Several JVMs share few cores: one collector thread each, and no heap that cannot be used.
    words.add("-XX:+UseSerialGC");
    words.add("-XX:+ExitOnOutOfMemoryError");
    // Java 17 takes the locale's encoding otherwise, and user text would suffer.
    words.add("-Dfile.encoding=UTF-8");
  }

  /** Further JVM flags. */
  public JavaCommand flags(String... flags) {
    words.addAll(List.of(flags));
    return this;
  }

  public List<String> main(String classpath, String mainClass, List<String> arguments) {
    return finish(List.of("-cp", classpath, mainClass), arguments);
  }

  public List<String> jar(Path jar) {
    return finish(List.of("-jar", jar.toString()), List.of());
  }

  private List<String> finish(List<String> what, List<String> arguments) {
    List<String> all = new ArrayList<>(words);
    all.addAll(what);
    all.addAll(arguments);
    return List.copyOf(all);
  }
}

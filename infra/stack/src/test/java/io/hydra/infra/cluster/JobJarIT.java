package io.hydra.infra.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The content of the jar that {@code flink run} takes. */
class JobJarIT {
  private static final Path HOME = Path.of(System.getProperty("hydra.home"));

  @Test
  void noClassOfTheJobIsInTheClusterTooExceptCompressors() throws IOException {
    Set<String> common = classes(FlinkCluster.jobJar(HOME));
    Set<String> cluster = new HashSet<>();
    String classpath = Files.readString(HOME.resolve("infra/flink-dist/target/classpath")).strip();
    for (String jar : classpath.split(File.pathSeparator, -1)) {
      cluster.addAll(classes(Path.of(jar)));
    }
    assertThat(cluster).contains("org/apache/flink/runtime/taskexecutor/TaskManagerRunner.class");
    common.retainAll(cluster);
    common.removeIf(JobJarIT::isCompressor);
    assertThat(common).isEmpty();
  }

  @Test
  void libraryNamesThatOthersUseTooAreChangedAlsoWhereServicesNameThem() throws IOException {
    assertThat(classes(FlinkCluster.jobJar(HOME)))
        .contains("io/hydra/shaded/avro/Schema.class", "org/apache/kafka/common/Uuid.class")
        .noneMatch(
            name ->
                List.of("com/fasterxml/", "com/google/", "org/apache/avro/", "org/apache/commons/")
                    .stream()
                    .anyMatch(name::startsWith))
        .noneMatch(name -> name.startsWith("org/slf4j/") || name.startsWith("ch/qos/"));
    try (JarFile jar = new JarFile(FlinkCluster.jobJar(HOME).toFile())) {
      ZipEntry codec = jar.getEntry("META-INF/services/io.hydra.shaded.jackson.core.ObjectCodec");
      assertThat(new String(jar.getInputStream(codec).readAllBytes(), UTF_8).strip())
          .isEqualTo("io.hydra.shaded.jackson.databind.ObjectMapper");
      assertThat(jar.getEntry("logback.xml")).as("the cluster's logging stands").isNull();
      assertThat(jar.getManifest().getMainAttributes().getValue("Main-Class"))
          .isEqualTo("io.hydra.stream.StreamProcessor");
    }
  }

  /** Bound to native code, which knows their names; Flink loads the job's own. */
  private static boolean isCompressor(String name) {
    return name.startsWith("org/xerial/snappy/") || name.startsWith("net/jpountz/");
  }

  private static Set<String> classes(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      Set<String> names = new HashSet<>();
      file.stream()
          .map(ZipEntry::getName)
          .filter(name -> name.endsWith(".class") && !name.endsWith("module-info.class"))
          .forEach(names::add);
      return names;
    }
  }
}

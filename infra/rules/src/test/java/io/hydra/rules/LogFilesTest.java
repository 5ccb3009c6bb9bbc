package io.hydra.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Logback prints its own start to stdout where it finds two files, and the launcher's stdout
 * belongs to its commands.
 */
class LogFilesTest {
  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "<dependency>\\s*<groupId>io\\.hydra</groupId>(.*?)</dependency>", Pattern.DOTALL);
  private static final Pattern ARTIFACT = Pattern.compile("<artifactId>(.*?)</artifactId>");

  @Test
  void theLauncherFindsOneFileAlone() throws IOException {
    Set<String> modules = new HashSet<>();
    Matcher dependency =
        DEPENDENCY.matcher(Files.readString(root().resolve("infra/stack/pom.xml")));
    while (dependency.find()) {
      Matcher artifact = ARTIFACT.matcher(dependency.group(1));
      if (artifact.find() && !dependency.group(1).contains("<scope>test</scope>")) {
        modules.add(artifact.group(1));
      }
    }
    assertThat(modules).contains("hydra-lag");
    try (Stream<Path> poms = Files.find(root(), 3, (file, any) -> file.endsWith("pom.xml"))) {
      List<Path> doubled =
          poms.filter(pom -> modules.stream().anyMatch(name -> isOf(pom, name)))
              .map(pom -> pom.resolveSibling("src/main/resources/logback.xml"))
              .filter(Files::exists)
              .toList();
      assertThat(doubled).isEmpty();
    }
  }

  @Test
  void everyServiceLogsInTheFormatThatIsAskedFor() throws IOException {
    for (String file :
        List.of(
            "infra/broker/src/main/resources/logback.xml",
            "infra/lag/src/main/resources/lag-logback.xml",
            "infra/llm/src/main/resources/llm-logback.xml",
            "ingest/gateway/src/main/resources/logback.xml",
            "serving/src/main/resources/logback.xml",
            "stream-processor/src/main/resources/logback.xml",
            "trainer/app/src/main/resources/logback.xml",
            "trainer/base/src/main/resources/logback.xml")) {
      assertThat(Files.readString(root().resolve(file)))
          .as(file)
          .contains("<include resource=\"io/hydra/runtime/log/${HYDRA_LOG_FORMAT:-text}.xml\"/>")
          .doesNotContain("<appender ");
    }
  }

  private static Path root() {
    return GeneratedPage.docs().resolveSibling("infra").getParent();
  }

  private static boolean isOf(Path pom, String artifact) {
    try {
      return Files.readString(pom).contains("</parent>\n  <artifactId>" + artifact + "<");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

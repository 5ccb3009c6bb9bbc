package io.hydra.infra.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The script at the top, once all that it runs is built. */
class LauncherIT {
  private static final Path HOME = Path.of(System.getProperty("hydra.home"));

  @Test
  void itRunsWhatMavenHasBuilt() throws Exception {
    Process process =
        new ProcessBuilder(HOME.resolve("hydra").toString(), "--help")
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).startsWith("Usage: hydra");
  }
}

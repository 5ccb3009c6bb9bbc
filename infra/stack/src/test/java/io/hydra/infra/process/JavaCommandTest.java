package io.hydra.infra.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaCommandTest {
  @TempDir Path home;

  @Test
  void othersJarsStandBeforeOurs() throws IOException {
    Path target = Files.createDirectories(home.resolve("serving/target"));
    Files.writeString(target.resolve("classpath"), "/lib/hydra-x-1.jar:/lib/a.jar:/lib/b.jar\n");
    Files.createFile(target.resolve("hydra-serving-1.jar"));
    Files.createFile(target.resolve("hydra-serving-1-sources.jar"));
    Files.createFile(target.resolve("original-hydra-serving-1.jar"));
    Files.createFile(target.resolve("hydra-serving-1-job.jar"));

    assertThat(JavaCommand.classpath(home, "serving"))
        .isEqualTo(
            "/lib/a.jar:/lib/b.jar:"
                + target.resolve("hydra-serving-1.jar")
                + ":/lib/hydra-x-1.jar");
  }

  @Test
  void theProjectsOwnJarsAreCopiedSoThatABuildDoesNotReplaceThemUnderARunningComponent()
      throws IOException {
    Path target = Files.createDirectories(home.resolve("serving/target"));
    Path schemas = Files.writeString(home.resolve("hydra-schemas-1.jar"), "schemas");
    Files.writeString(target.resolve("classpath"), schemas + ":/lib/a.jar");
    Files.writeString(target.resolve("hydra-serving-1.jar"), "serving");
    Path lib = home.resolve("lib");

    assertThat(JavaCommand.copyClasspath(home, "serving", lib))
        .isEqualTo(
            "/lib/a.jar:"
                + lib.resolve("hydra-serving-1.jar")
                + ":"
                + lib.resolve("hydra-schemas-1.jar"));
    assertThat(lib.resolve("hydra-schemas-1.jar")).hasContent("schemas");
  }

  @Test
  void aModuleThatIsNotBuiltIsNamedWithTheRemedy() throws IOException {
    assertThatThrownBy(() -> JavaCommand.classpath(home, "serving"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("serving is not built: run mvn");

    Path target = Files.createDirectories(home.resolve("serving/target"));
    Files.writeString(target.resolve("classpath"), "");
    assertThatThrownBy(() -> JavaCommand.classpath(home, "serving"))
        .hasMessageContaining("serving is not built");
  }
}

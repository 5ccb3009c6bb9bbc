package io.hydra.infra.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.process.ProcessStarter;
import io.hydra.infra.process.RunDirectory;
import io.hydra.schemas.config.UserException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartUpTest {
  @TempDir Path dir;
  private final List<String> progress = new ArrayList<>();

  @Test
  void aComponentThatDiesIsNamedWithItsExitCodeAndTheEndOfItsLog() {
    StartUp startUp = new StartUp(Duration.ofSeconds(60), progress::add, () -> false);
    startUp.add(Component.TRAINER, start("echo the base is missing; exit 3"), () -> false);
    assertThatThrownBy(startUp::awaitReady)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("trainer ended with code 3 while starting")
        .hasMessageContaining("trainer.log")
        .hasMessageContaining("the base is missing");
  }

  @Test
  void aComponentThatIsNeverReadyIsNamedWithTheLastTrouble() {
    ManagedProcess process = start("sleep 1000");
    try {
      StartUp startUp = new StartUp(Duration.ZERO, progress::add, () -> false);
      startUp.add(
          Component.TRAINER,
          process,
          () -> {
            throw new IllegalStateException("no members");
          });
      assertThatThrownBy(startUp::awaitReady)
          .isInstanceOf(UserException.class)
          .hasMessageContaining("trainer is not ready after 0 s")
          .hasMessageContaining("no members");
    } finally {
      process.kill();
    }
  }

  @Test
  void eachReadyComponentIsReported() throws Exception {
    ManagedProcess process = start("sleep 1000");
    try {
      StartUp startUp = new StartUp(Duration.ofSeconds(60), progress::add, () -> false);
      startUp.add(Component.TRAINER, process, () -> true);
      startUp.awaitReady();
      assertThat(progress).singleElement().asString().startsWith("trainer ready after");
    } finally {
      process.kill();
    }
  }

  private ManagedProcess start(String script) {
    return new ProcessStarter(dir, new RunDirectory(dir.resolve("run")), Clock.systemUTC())
        .start("trainer", List.of("sh", "-c", script), Map.of(), Set.of());
  }
}

package io.hydra.infra.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.infra.process.ManagedProcess.ProcessRecord;
import io.hydra.schemas.config.UserException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManagedProcessTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path folder;
  private RunDirectory runs;
  private ProcessStarter starter;
  private final List<ManagedProcess> started = new ArrayList<>();

  @BeforeEach
  void open() {
    runs = new RunDirectory(folder.resolve("run"));
    starter = new ProcessStarter(folder, runs, Clock.systemUTC());
  }

  @AfterEach
  void killAll() {
    started.forEach(ManagedProcess::kill);
  }

  @Test
  void aStartedProcessIsFoundAgainByItsRecord() {
    ManagedProcess process = start("sleeper", "sleep", "1000");

    assertThat(process.isAlive()).isTrue();
    assertThat(runs.alive())
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.name()).isEqualTo("sleeper");
              assertThat(found.pid()).isEqualTo(process.pid());
            });
  }

  @Test
  void stoppingThroughTheRecordEndsTheProcess() throws Exception {
    ManagedProcess process = start("sleeper", "sleep", "1000");
    runs.alive().get(0).stop(LONG);
    assertThat(process.isAlive()).isFalse();
    assertThat(runs.alive()).isEmpty();
  }

  @Test
  void aProcessThatIgnoresTheTermSignalIsKilled() throws Exception {
    ManagedProcess process =
        start("deaf", "sh", "-c", "trap '' TERM; echo deaf now; while :; do sleep 1; done");
    while (!process.logTail(1).equals("deaf now")) {
      Thread.onSpinWait();
    }
    process.stop(Duration.ofMillis(50));
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void aLaterProcessWithTheSamePidIsNeitherAliveNorSignalled() {
    ManagedProcess process = start("sleeper", "sleep", "1000");
    ProcessRecord stale =
        new ProcessRecord("sleeper", process.pid(), "another boot/42", 0, "none.log");
    ManagedProcess attached = new ManagedProcess(stale, null);

    assertThat(attached.isAlive()).isFalse();
    attached.kill();
    assertThat(process.isAlive()).isTrue();
  }

  @Test
  void anEndedProcessTellsItsExitCodeAndTheEndOfItsLog() throws Exception {
    ManagedProcess process = start("brief", "sh", "-c", "echo one; echo two >&2; exit 7");
    assertThat(process.awaitExit(LONG)).isTrue();
    while (process.exitCode().isEmpty()) {
      Thread.onSpinWait();
    }
    assertThat(process.exitCode()).hasValue(7);
    assertThat(process.logTail(1)).isEqualTo("two");
    assertThat(process.logTail(9)).isEqualTo("one\ntwo");
  }

  @Test
  void secretsAreWithheldAndTheEnvironmentIsPassedOn() throws Exception {
    ManagedProcess process =
        starter.start(
            "env",
            List.of("sh", "-c", "echo $GIVEN-$HOME"),
            Map.of("GIVEN", "yes"),
            Set.of("HOME"));
    started.add(process);
    assertThat(process.awaitExit(LONG)).isTrue();
    assertThat(process.logTail(1)).isEqualTo("yes-");
  }

  @Test
  void aProgramThatIsMissingIsNamed() {
    // Where setsid is there, it is the one that fails, and says so in the log.
    try {
      ManagedProcess process = start("absent", "/no/such/program");
      assertThat(process.awaitExit(LONG)).isTrue();
      assertThat(process.logTail(5)).contains("/no/such/program");
    } catch (UserException e) {
      assertThat(e).hasMessageContaining("absent cannot be started");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void onlyOneLauncherHoldsAFolder() throws Exception {
    try (var held = runs.lock().channel()) {
      assertThat(held.isOpen()).isTrue();
      assertThatThrownBy(runs::lock)
          .isInstanceOf(UserException.class)
          .hasMessageContaining("another launcher");
    }
    runs.lock().channel().close();
  }

  @Test
  void theNextStartKeepsThePreviousLog() throws Exception {
    assertThat(start("twice", "echo", "first").awaitExit(LONG)).isTrue();
    ManagedProcess second = start("twice", "echo", "second");
    assertThat(second.awaitExit(LONG)).isTrue();
    assertThat(folder.resolve("logs/twice.log.1")).hasContent("first");
    assertThat(second.log()).hasContent("second");
  }

  private ManagedProcess start(String name, String... command) {
    ManagedProcess process = starter.start(name, List.of(command), Map.of(), Set.of());
    started.add(process);
    return process;
  }
}

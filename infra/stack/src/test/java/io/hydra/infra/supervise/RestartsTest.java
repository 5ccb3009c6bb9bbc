package io.hydra.infra.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.process.ProcessStarter;
import io.hydra.infra.process.RunDirectory;
import io.hydra.infra.supervise.Restarts.Account;
import io.hydra.infra.supervise.SupervisorProcess.Plan;
import io.hydra.runtime.retry.Backoff;
import io.hydra.schemas.config.UserException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestartsTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final long SECOND = 1_000_000_000L;
  private static final List<String> SLEEPS = List.of("sleep", "1000");
  private static final List<String> EXITS = List.of("sh", "-c", "exit 7");
  private static final Instant WALL = Instant.parse("2026-01-31T10:00:00Z");

  /** 1, 2, 4, 8, 8, … seconds. */
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(8), () -> 1);

  @TempDir Path folder;
  private RunDirectory runs;
  private ProcessStarter starter;
  private final List<ManagedProcess> started = new ArrayList<>();
  private List<String> command = SLEEPS;
  private long now;

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
  void whatIsAliveIsLeftAlone() {
    Restarts component = watch();
    assertThat(component.look()).isFalse();
    assertThat(started).hasSize(1);
    assertThat(component.account()).isEqualTo(Account.none("one"));
  }

  @Test
  void whatWasKilledIsStartedAgainAfterThePauseWithItsCodeAndANewRecord() throws Exception {
    Restarts component = watch();
    kill(last());
    assertThat(component.look()).isTrue();
    assertThat(component.account())
        .isEqualTo(new Account("one", 0, 137, WALL.toEpochMilli(), WALL.toEpochMilli() + 1_000));

    now += SECOND - 1;
    assertThat(component.look()).isFalse();
    now += 1;
    assertThat(component.look()).isTrue();
    assertThat(component.account())
        .isEqualTo(new Account("one", 1, 137, WALL.toEpochMilli(), null));
    assertThat(runs.alive())
        .singleElement()
        .satisfies(found -> assertThat(found.pid()).isEqualTo(last().pid()));
  }

  @Test
  void whatEndsAtOnceIsStartedAgainAfterGrowingPauses() throws Exception {
    command = EXITS;
    Restarts component = watch();
    List<Long> pauses = new ArrayList<>();
    for (int ends = 0; ends < 6; ends++) {
      assertThat(last().awaitExit(LONG)).isTrue();
      assertThat(component.look()).isTrue();
      Account told = component.account();
      assertThat(told.lastExitCode()).isEqualTo(7);
      pauses.add((told.nextStartAt() - told.lastEndedAt()) / 1_000);
      now += 8 * SECOND;
      assertThat(component.look()).isTrue();
    }
    assertThat(pauses).containsExactly(1L, 2L, 4L, 8L, 8L, 8L);
    assertThat(component.account().count()).isEqualTo(6);
  }

  @Test
  void onceItHasStayedUpTheNextPauseIsShortAgain() throws Exception {
    command = EXITS;
    Restarts component = watch();
    assertThat(last().awaitExit(LONG)).isTrue();
    assertThat(component.look()).isTrue();
    command = SLEEPS;
    now += SECOND;
    assertThat(component.look()).isTrue();
    now += 8 * SECOND;
    assertThat(component.look()).isFalse();

    kill(last());
    assertThat(component.look()).isTrue();
    assertThat(component.account().nextStartAt()).isEqualTo(WALL.toEpochMilli() + 1_000);
  }

  @Test
  void theCodeOfAProcessThatAnotherStartedIsUnknown() throws Exception {
    ManagedProcess child = start();
    Restarts component = watch(runs.processes().get(0));
    kill(child);
    assertThat(component.look()).isTrue();
    assertThat(component.account().lastExitCode()).isNull();
    assertThat(component.account().lastEndedAt()).isNotNull();
  }

  @Test
  void aCommandThatCannotBeRunIsTriedAgain() throws Exception {
    Restarts component =
        new Restarts(start(), this::refuse, BACKOFF, InstantSource.fixed(WALL), () -> now);
    kill(last());
    assertThat(component.look()).isTrue();
    now += SECOND;
    assertThat(component.look()).isTrue();
    assertThat(component.account().count()).isZero();
    assertThat(component.account().nextStartAt()).isEqualTo(WALL.toEpochMilli() + 2_000);
  }

  @Test
  void nothingIsStartedAgainInAStackThatIsBeingStopped() throws Exception {
    ManagedProcess process = start();
    Plan plan = new Plan(List.of(new Plan.Entry("one", SLEEPS, Map.of(), Set.of())), 1_000, 8_000);
    Supervisor supervisor =
        new Supervisor(folder, plan, runs, starter, InstantSource.fixed(WALL), () -> now);
    kill(process);
    assertThat(supervisor.look()).isTrue();
    runs.markStopping();
    now += 8 * SECOND;
    assertThat(supervisor.look()).isFalse();
    assertThat(runs.alive()).isEmpty();
  }

  @Test
  void aSupervisorThatComesAfterTheStopFindsNothingToWatch() {
    Plan plan = new Plan(List.of(new Plan.Entry("one", SLEEPS, Map.of(), Set.of())), 1_000, 8_000);
    Supervisor supervisor =
        new Supervisor(folder, plan, runs, starter, InstantSource.fixed(WALL), () -> now);
    now += 8 * SECOND;
    assertThat(supervisor.look()).isTrue();
    assertThat(runs.processes()).isEmpty();
    supervisor.close();
    assertThat(supervisor.look()).isFalse();
  }

  private ManagedProcess refuse() {
    throw new UserException("no such program");
  }

  private Restarts watch() {
    return watch(start());
  }

  private Restarts watch(ManagedProcess process) {
    return new Restarts(process, this::start, BACKOFF, InstantSource.fixed(WALL), () -> now);
  }

  private ManagedProcess start() {
    started.add(starter.start("one", command, Map.of(), Set.of()));
    return last();
  }

  private ManagedProcess last() {
    return started.get(started.size() - 1);
  }

  private static void kill(ManagedProcess process) throws InterruptedException {
    process.kill();
    assertThat(process.awaitExit(LONG)).isTrue();
  }
}

package io.hydra.infra.supervise;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.hydra.infra.output.Json;
import io.hydra.infra.output.PrivateFiles;
import io.hydra.infra.process.ManagedProcess;
import io.hydra.runtime.retry.Backoff;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The restarts of one component, which is up, or waits to be started again. The supervisor never
 * gives a component up: the pause before a start grows with each end in a row, from {@link
 * #FIRST_PAUSE} to {@link #LONGEST_PAUSE}, and begins small again once the component has stayed up
 * for the longest pause.
 */
public final class Restarts {
  public static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  public static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(Restarts.class);
  private static final String FILE = "restarts.json";

  private final Supplier<ManagedProcess> starter;
  private final Backoff pauses;
  private final InstantSource clock;
  private final LongSupplier nanoTime;

  /** Null once it is seen dead, and until it is started again. */
  private ManagedProcess process;

  private long upSince;
  private long startDue;
  private int endsInARow;
  private Account account;

  /**
   * The supervisor's account of one component since {@code up}.
   *
   * @param count the number of times it was started again
   * @param lastExitCode of the process that ended last; null if none has, or if the supervisor was
   *     not its parent: those that {@code up} started
   * @param lastEndedAt milliseconds since the epoch; null if it has never ended
   * @param nextStartAt milliseconds since the epoch; null unless it waits to be started again
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Account(
      String name, int count, Integer lastExitCode, Long lastEndedAt, Long nextStartAt) {
    /** The account of a component that has not ended. */
    public static Account none(String name) {
      return new Account(name, 0, null, null, null);
    }
  }

  /** {@code starter} starts the process again, which is as it was found. */
  Restarts(
      ManagedProcess process,
      Supplier<ManagedProcess> starter,
      Backoff pauses,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.process = process;
    this.starter = starter;
    this.pauses = pauses;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.upSince = nanoTime.getAsLong();
    this.account = Account.none(process.name());
  }

  Account account() {
    return account;
  }

  /**
   * Looks at the component once, and starts it if that is due.
   *
   * @return whether its account has changed
   */
  boolean look() {
    long now = nanoTime.getAsLong();
    if (process == null) {
      return now - startDue >= 0 && start(now);
    }
    if (process.isAlive()) {
      if (now - upSince >= pauses.max().toNanos()) {
        endsInARow = 0;
      }
      return false;
    }
    ended(process.exitCode(), now);
    return true;
  }

  private void ended(OptionalInt exitCode, long now) {
    Duration pause = pauses.delay(endsInARow++);
    process = null;
    startDue = now + pause.toNanos();
    long wall = clock.millis();
    Integer code = exitCode.isPresent() ? exitCode.getAsInt() : null;
    account = new Account(account.name(), account.count(), code, wall, wall + pause.toMillis());
    LOG.warn(
        "{} ended with {}, will start it again in {} ms",
        account.name(),
        code == null ? "an unknown code" : "code " + code,
        pause.toMillis());
  }

  private boolean start(long now) {
    try {
      process = starter.get();
    } catch (UserException e) {
      LOG.warn("{}", e.getMessage());
      ended(OptionalInt.empty(), now);
      return true;
    }
    upSince = now;
    account =
        new Account(
            account.name(),
            account.count() + 1,
            account.lastExitCode(),
            account.lastEndedAt(),
            null);
    LOG.info("{} started again, pid {}", account.name(), process.pid());
    return true;
  }

  static void save(Path folder, List<Account> all) {
    PrivateFiles.write(folder.resolve(FILE), Json.write(all) + "\n");
  }

  /**
   * Removes the accounts of an earlier supervisor, which are not about the next one's processes.
   */
  static void remove(Path folder) {
    PrivateFiles.delete(folder.resolve(FILE));
  }

  /** Empty where no supervisor has been. */
  static List<Account> load(Path folder) {
    try {
      return List.of(Json.read(folder.resolve(FILE), Account[].class));
    } catch (IOException none) {
      return List.of();
    }
  }
}

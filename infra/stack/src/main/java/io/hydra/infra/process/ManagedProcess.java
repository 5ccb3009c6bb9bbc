package io.hydra.infra.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * A component's process: a child of this one, or one that an earlier launcher left running. Never
 * signals a process that merely has the same pid.
 */
public final class ManagedProcess {
  private static final Duration POLL = Duration.ofMillis(20);
  private static final Duration CODE_KNOWN_WITHIN = Duration.ofSeconds(1);

  private final ProcessRecord record;

  /** Null where another process started it. */
  private final Process child;

  ManagedProcess(ProcessRecord record, Process child) {
    this.record = record;
    this.child = child;
  }

  /** A process that is not a child of this one. */
  public static ManagedProcess attach(ProcessRecord record) {
    return new ManagedProcess(record, null);
  }

  public ProcessRecord record() {
    return record;
  }

  public String name() {
    return record.name();
  }

  public long pid() {
    return record.pid();
  }

  public Path log() {
    return Path.of(record.log());
  }

  public boolean isAlive() {
    if (child != null && !child.isAlive()) {
      return false;
    }
    return ProcessIdentity.of(record.pid()).filter(record.identity()::equals).isPresent();
  }

  /** Empty while it runs, and for a process that is not a child of this one. */
  public OptionalInt exitCode() {
    if (child == null || isAlive()) {
      return OptionalInt.empty();
    }
    try {
      // A process is gone a moment before its code is known.
      return child.waitFor(CODE_KNOWN_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
          ? OptionalInt.of(child.exitValue())
          : OptionalInt.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalInt.empty();
    }
  }

  /** Resident memory in bytes; empty if it is gone or the platform does not tell. */
  public OptionalLong residentBytes() {
    return isAlive() ? ResidentMemory.of(record.pid()) : OptionalLong.empty();
  }

  /** The end of its log; empty if there is none. */
  public String logTail(int lines) {
    return LogTail.of(log(), lines);
  }

  /** SIGTERM; nothing if it is gone. */
  public void terminate() {
    handle().ifPresent(ProcessHandle::destroy);
  }

  /** SIGKILL; nothing if it is gone. */
  public void kill() {
    handle().ifPresent(ProcessHandle::destroyForcibly);
  }

  /** Whether it has ended within {@code limit}. */
  public boolean awaitExit(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (isAlive()) {
      if (System.nanoTime() >= deadline) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
    return true;
  }

  /** SIGTERM, and SIGKILL if it still runs after {@code grace}. Returns when it is gone. */
  public void stop(Duration grace) throws InterruptedException {
    terminate();
    if (!awaitExit(grace)) {
      kill();
      boolean unused = awaitExit(grace);
    }
  }

  private Optional<ProcessHandle> handle() {
    return isAlive() ? ProcessHandle.of(record.pid()) : Optional.empty();
  }

  @Override
  public String toString() {
    return name() + " (pid " + pid() + ")";
  }
}

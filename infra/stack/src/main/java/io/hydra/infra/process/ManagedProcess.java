package io.hydra.infra.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
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
  private static final int TAIL_BYTES = 16 * 1024;
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** Fields of /proc/PID/stat counted from the one behind the command's closing parenthesis. */
  private static final int STATE = 0;

  private static final int START_TICKS = 19;
  private static final String RESIDENT = "VmRSS:";

  private final ProcessRecord record;

  /** Null where another process started it. */
  private final Process child;

  /**
   * Enough for another process to find it again.
   *
   * @param identity tells the process from a later one with the same pid
   * @param startedAt milliseconds since the epoch
   */
  public record ProcessRecord(String name, long pid, String identity, long startedAt, String log) {}

  ManagedProcess(ProcessRecord record, Process child) {
    this.record = record;
    this.child = child;
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
    return (child == null || child.isAlive())
        && identity(pid()).filter(record.identity()::equals).isPresent();
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
    return isAlive() ? residentBytes(pid()) : OptionalLong.empty();
  }

  /** The end of its log; empty if there is none. */
  public String logTail(int lines) {
    return logTail(log(), lines);
  }

  /** SIGTERM; nothing if it is gone. */
  public void terminate() {
    handle().ifPresent(ProcessHandle::destroy);
  }

  /** SIGKILL; nothing if it is gone. */
  public void kill() {
    handle().ifPresent(ProcessHandle::destroyForcibly);
  }

  /** Waits for its end; false if it has not come within {@code limit}. */
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
    return isAlive() ? ProcessHandle.of(pid()) : Optional.empty();
  }

  @Override
  public String toString() {
    return name() + " (pid " + pid() + ")";
  }

  /** Resident memory of any process, in bytes; empty where there is no /proc or no such process. */
  public static OptionalLong residentBytes(long pid) {
    try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
      return lines
          .filter(line -> line.startsWith(RESIDENT))
          .map(line -> line.substring(RESIDENT.length()).replace("kB", "").strip())
          .mapToLong(kib -> Long.parseLong(kib) * 1024)
          .findFirst();
    } catch (IOException | UncheckedIOException gone) {
      return OptionalLong.empty();
    }
  }

  /** The last lines of a log file, however long it is; empty if there is none. */
  public static String logTail(Path log, int lines) {
    if (!Files.isRegularFile(log)) {
      return "";
    }
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long from = Math.max(0, file.length() - TAIL_BYTES);
      byte[] bytes = new byte[(int) (file.length() - from)];
      file.seek(from);
      file.readFully(bytes);
      String[] all = new String(bytes, StandardCharsets.UTF_8).stripTrailing().split("\n", -1);
      return String.join(
          "\n", Arrays.copyOfRange(all, Math.max(0, all.length - lines), all.length));
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * Tells a process from a later one with the same pid: on Linux by the boot and the clock tick it
   * was started at, which no adjustment of the clock moves; elsewhere by its start time.
   *
   * @return empty if no such process is alive; a zombie is not
   */
  static Optional<String> identity(long pid) {
    if (Files.exists(BOOT_ID)) {
      try {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return fields[STATE].equals("Z") || fields[STATE].equals("X")
            ? Optional.empty()
            : Optional.of(Files.readString(BOOT_ID).strip() + "/" + fields[START_TICKS]);
      } catch (IOException gone) {
        return Optional.empty();
      }
    }
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .flatMap(handle -> handle.info().startInstant())
        .map(instant -> Long.toString(instant.toEpochMilli()));
  }
}

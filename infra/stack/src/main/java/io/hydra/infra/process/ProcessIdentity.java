package io.hydra.infra.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Tells a process from a later one with the same pid. On Linux by the boot and the clock tick it
 * was started at, which no adjustment of the clock moves; elsewhere by its start time.
 */
final class ProcessIdentity {
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** Fields of /proc/PID/stat counted from the one behind the command's closing parenthesis. */
  private static final int STATE = 0;

  private static final int START_TICKS = 19;

  private ProcessIdentity() {}

  /** Empty if no such process is alive; a zombie is not. */
  static Optional<String> of(long pid) {
    Path stat = Path.of("/proc", Long.toString(pid), "stat");
    if (Files.exists(BOOT_ID)) {
      try {
        String line = Files.readString(stat);
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        boolean dead = fields[STATE].equals("Z") || fields[STATE].equals("X");
        return dead
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

package io.hydra.infra.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Resident set size as Linux tells it. */
public final class ResidentMemory {
  private static final String FIELD = "VmRSS:";
  private static final long KIB = 1024;

  private ResidentMemory() {}

  /** Bytes; empty where there is no /proc or no such process. */
  public static OptionalLong of(long pid) {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    try {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith(FIELD)) {
          String kib = line.substring(FIELD.length()).replace("kB", "").strip();
          return OptionalLong.of(Long.parseLong(kib) * KIB);
        }
      }
    } catch (IOException gone) {
      return OptionalLong.empty();
    }
    return OptionalLong.empty();
  }
}

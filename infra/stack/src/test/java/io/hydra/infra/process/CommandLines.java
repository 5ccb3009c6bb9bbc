package io.hydra.infra.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Command lines as /proc has them: what the JDK tells of a process ends after 4,096 bytes. */
public final class CommandLines {
  private CommandLines() {}

  /** The words separated by spaces; empty if the process is gone. */
  public static String of(long pid) {
    try {
      Path words = Path.of("/proc", Long.toString(pid), "cmdline");
      return Files.readString(words).replace('\0', ' ');
    } catch (IOException gone) {
      return "";
    }
  }

  /** Of all processes that name a folder. */
  public static List<String> naming(Path folder) {
    return ProcessHandle.allProcesses()
        .map(process -> of(process.pid()))
        .filter(line -> line.contains(folder.toString()))
        .toList();
  }
}

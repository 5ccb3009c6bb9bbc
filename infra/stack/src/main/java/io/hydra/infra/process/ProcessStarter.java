package io.hydra.infra.process;

import io.hydra.infra.PrivateFiles;
import io.hydra.infra.StackException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Starts components as processes that outlive this one, with a log file each. */
public final class ProcessStarter {
  private final Path folder;
  private final Path logs;
  private final RunDirectory runs;
  private final Clock clock;
  private final List<String> prefix;

  /**
   * @param folder where the processes run; {@code logs} in it holds the log files, each started
   *     afresh with its process, its predecessor kept as {@code <name>.log.1}
   */
  public ProcessStarter(Path folder, RunDirectory runs, Clock clock) {
    this.folder = folder;
    this.logs = folder.resolve("logs");
    this.runs = runs;
    this.clock = clock;
    // A session of its own: neither Ctrl-C nor a closing terminal reaches the component, so it is
    // stopped by the launcher, in order, or not at all.
    List<String> all = new ArrayList<>(onPath("setsid") ? List.of("setsid") : List.of());
    // What it writes holds users' texts: nobody else reads it, wherever the folder is moved to.
    all.addAll(List.of("sh", "-c", "umask 077; exec \"$0\" \"$@\""));
    this.prefix = List.copyOf(all);
  }

  /**
   * Starts a process and records it.
   *
   * @param environment added to this process's own
   * @param withheld variables of this process that it must not see
   * @throws StackException if it cannot be started
   */
  public ManagedProcess start(
      String name, List<String> command, Map<String, String> environment, Set<String> withheld) {
    Path log = logs.resolve(name + ".log");
    List<String> whole = new ArrayList<>(prefix);
    whole.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(whole);
    builder.environment().keySet().removeAll(withheld);
    builder.environment().putAll(environment);
    builder.directory(folder.toFile());
    builder.redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(devNull()));
    builder.redirectOutput(log.toFile());
    Process process;
    try {
      Files.createDirectories(logs);
      if (Files.exists(log)) {
        Files.move(
            log, logs.resolve(name + ".log.1"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      }
      PrivateFiles.createFile(log);
      process = builder.start();
    } catch (IOException e) {
      throw new StackException("%s cannot be started: %s".formatted(name, e.getMessage()), e);
    }
    // A process that is gone already has no identity; it is reported as dead at the first look.
    String identity = ProcessIdentity.of(process.pid()).orElse("gone");
    ProcessRecord record =
        new ProcessRecord(name, process.pid(), identity, clock.millis(), log.toString());
    ManagedProcess managed = new ManagedProcess(record, process);
    try {
      runs.save(record);
    } catch (UncheckedIOException e) {
      process.destroyForcibly();
      throw new StackException("%s cannot be recorded: %s".formatted(name, e.getMessage()), e);
    }
    return managed;
  }

  private static java.io.File devNull() {
    return new java.io.File("/dev/null");
  }

  private static boolean onPath(String program) {
    String path = System.getenv("PATH");
    if (path == null) {
      return false;
    }
    for (String folder : path.split(java.io.File.pathSeparator, -1)) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }
}

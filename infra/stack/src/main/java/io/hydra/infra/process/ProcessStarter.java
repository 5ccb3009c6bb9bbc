package io.hydra.infra.process;

import io.hydra.infra.output.PrivateFiles;
import io.hydra.infra.process.ManagedProcess.ProcessRecord;
import io.hydra.schemas.config.UserException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Starts components as processes that outlive this one, with a log file each. */
public final class ProcessStarter {
  private final Path folder;
  private final Path logs;
  private final RunDirectory runs;
  private final Clock clock;
  private final List<String> prefix;

  /**
   * @param folder the folder in which the processes run; {@code logs} in it holds the log files,
   *     each started afresh with its process, its predecessor kept as {@code <name>.log.1}
   */
  public ProcessStarter(Path folder, RunDirectory runs, Clock clock) {
    this.folder = folder;
    this.logs = folder.resolve("logs");
    this.runs = runs;
    this.clock = clock;
    // Its own session: neither Ctrl-C nor a closing terminal reaches the component, so it is
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
   * @throws UserException if it cannot be started
   */
  public ManagedProcess start(
      String name, List<String> command, Map<String, String> environment, Set<String> withheld) {
    Path log = logs.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(Stream.of(prefix, command).flatMap(List::stream).toList());
    builder.environment().keySet().removeAll(withheld);
    builder.environment().putAll(environment);
    builder.directory(folder.toFile());
    builder.redirectErrorStream(true);
    builder.redirectInput(new File("/dev/null"));
    builder.redirectOutput(log.toFile());
    Process process;
    try {
      Files.createDirectories(logs);
      if (Files.exists(log)) {
        Files.move(log, logs.resolve(name + ".log.1"), StandardCopyOption.REPLACE_EXISTING);
      }
      PrivateFiles.createFile(log);
      process = builder.start();
    } catch (IOException e) {
      throw new UserException("%s cannot be started: %s".formatted(name, e.getMessage()), e);
    }
    // A process that is gone already has no identity; it is reported as dead at the first look.
    String identity = ManagedProcess.identity(process.pid()).orElse("gone");
    ProcessRecord record =
        new ProcessRecord(name, process.pid(), identity, clock.millis(), log.toString());
    try {
      runs.save(record);
    } catch (UncheckedIOException e) {
      process.destroyForcibly();
      throw new UserException("%s cannot be recorded: %s".formatted(name, e.getMessage()), e);
    }
    return new ManagedProcess(record, process);
  }

  private static boolean onPath(String program) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(File.pathSeparator, -1))
        .anyMatch(each -> !each.isEmpty() && Files.isExecutable(Path.of(each, program)));
  }
}

package io.hydra.infra.process;

import io.hydra.infra.output.Json;
import io.hydra.infra.output.PrivateFiles;
import io.hydra.infra.process.ManagedProcess.ProcessRecord;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The records of what runs, one JSON file per component, and the lock of who may start more. */
public final class RunDirectory {
  private static final String SUFFIX = ".json";

  private final Path folder;
  private final Path stopping;

  public RunDirectory(Path folder) {
    this.folder = folder;
    this.stopping = folder.resolve("stopping");
  }

  void save(ProcessRecord record) {
    PrivateFiles.createFolder(folder);
    PrivateFiles.write(folder.resolve(record.name() + SUFFIX), Json.write(record) + "\n");
  }

  /** Forgets a component; nothing if it is not recorded. */
  public void remove(String name) {
    PrivateFiles.delete(folder.resolve(name + SUFFIX));
  }

  /** All that is recorded, dead or alive, in the order of their start. */
  public List<ManagedProcess> processes() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(SUFFIX))
          .map(RunDirectory::read)
          .sorted(
              Comparator.comparingLong(ProcessRecord::startedAt).thenComparing(ProcessRecord::name))
          .map(record -> new ManagedProcess(record, null))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those of {@link #processes()} that are alive. */
  public List<ManagedProcess> alive() {
    return processes().stream().filter(ManagedProcess::isAlive).toList();
  }

  /**
   * Marks the components as being stopped, so that nobody starts one; holds until {@link
   * #clearStopping()}. Does nothing where nothing was ever started.
   */
  public void markStopping() {
    if (Files.isDirectory(folder)) {
      PrivateFiles.ensureFile(stopping);
    }
  }

  public boolean isStopping() {
    return Files.exists(stopping);
  }

  /** Removes that mark; for the holder of the lock that is about to start components. */
  public void clearStopping() {
    PrivateFiles.delete(stopping);
  }

  /**
   * Takes the right to start components; held until closed, or until this process dies.
   *
   * @throws UserException if another process has it
   */
  public FileLock lock() {
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock;
      try {
        lock = channel.tryLock();
      } catch (OverlappingFileLockException e) {
        lock = null;
      }
      if (lock == null) {
        channel.close();
        throw new UserException(
            "another launcher is at work in %s: wait for it to end".formatted(folder.getParent()));
      }
      return lock;
    } catch (IOException e) {
      throw new UserException(
          "%s cannot be written: %s; name another folder with --dir"
              .formatted(folder, e.getMessage()),
          e);
    }
  }

  private static ProcessRecord read(Path file) {
    try {
      return Json.read(file, ProcessRecord.class);
    } catch (IOException e) {
      throw new UserException(
          "%s cannot be read: remove it, and end its process by hand if one is left"
              .formatted(file),
          e);
    }
  }
}

package io.hydra.infra.cli;

import io.hydra.infra.output.Json;
import io.hydra.infra.output.PrivateFiles;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The progress of a load, in a file from which {@code --resume} continues. It counts the entries of
 * each source that are settled: taken by the broker for good, or rejected. Entries that a killed
 * load had sent beyond them are sent once more, under the same event ids, so nothing is lost and
 * nothing counts twice.
 */
final class LoadState {
  private static final int VERSION = 2;

  private final Path file;
  private final String settings;
  private final Map<String, Source> sources;
  private long rejectBytes;

  /**
   * As the file has it.
   *
   * @param settings the settings that decide which events a source gives
   * @param rejectBytes length of the reject file
   */
  record Saved(int version, String settings, long rejectBytes, Map<String, Source> sources) {}

  /**
   * One source as it was before it was opened, and how many of its entries are settled.
   *
   * @param rejected of those entries
   */
  record Source(long bytes, long modified, long entries, long rejected) {
    static final Source UNKNOWN = new Source(0, 0, 0, 0);

    /** The same source, read up to another entry. */
    Source at(long entries, long rejected) {
      return new Source(bytes, modified, entries, rejected);
    }
  }

  private LoadState(Path file, String settings, Saved saved) {
    this.file = file;
    this.settings = settings;
    this.sources = new TreeMap<>(saved.sources());
    this.rejectBytes = saved.rejectBytes();
  }

  /**
   * Reads the state, or begins one.
   *
   * @param file null to keep none
   * @throws UserException if it cannot be read, or is of a load with other settings
   */
  static LoadState open(Path file, String settings) {
    Saved saved = new Saved(VERSION, settings, 0, Map.of());
    if (file == null) {
      return new LoadState(null, settings, saved);
    }
    if (Files.exists(file)) {
      try {
        saved = Json.read(file, Saved.class);
      } catch (IOException e) {
        throw new UserException(
            "%s is not the state of a load: name another file, or delete it".formatted(file), e);
      }
      if (saved.version() != VERSION || !settings.equals(saved.settings())) {
        throw new UserException(
            ("%s is of a load with another tenant, task or columns, or from another version: load"
                    + " with the same, or delete it to begin again, which repeats nothing")
                .formatted(file));
      }
    }
    Json.prepareFolder(file);
    return new LoadState(file, settings, saved);
  }

  long rejectBytes() {
    return rejectBytes;
  }

  /**
   * Looks at a source, and tells which of its entries are settled and to be skipped. To be called
   * before it is opened, and never again while it is read: what replaces it meanwhile is not what
   * the entries are counted in.
   *
   * @throws UserException if it has changed since an earlier load
   */
  Source begin(Path source) {
    if (file == null) {
      return Source.UNKNOWN;
    }
    Source now = look(source);
    Source then = sources.getOrDefault(name(source), now);
    if (!now.equals(then.at(0, 0))) {
      throw new UserException(
          ("%s has changed since %s was written: delete that file to load all again, which repeats"
                  + " nothing")
              .formatted(source, file));
    }
    return then;
  }

  /**
   * Keeps how far the load has come; everything before must be settled.
   *
   * @param now as {@link #begin} looked at it
   */
  void settle(Path source, Source now, long rejectFileBytes) {
    if (file == null) {
      return;
    }
    sources.put(name(source), now);
    rejectBytes = rejectFileBytes;
    PrivateFiles.write(file, Json.write(new Saved(VERSION, settings, rejectBytes, sources)));
  }

  private static String name(Path source) {
    return source.toAbsolutePath().normalize().toString();
  }

  private static Source look(Path source) {
    try (Stream<Path> files = Files.walk(source)) {
      long bytes = 0;
      long modified = 0;
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(each);
        modified = Math.max(modified, Files.getLastModifiedTime(each).toMillis());
      }
      return new Source(bytes, modified, 0, 0);
    } catch (IOException e) {
      throw new UserException("%s cannot be read: %s".formatted(source, e.getMessage()), e);
    }
  }
}

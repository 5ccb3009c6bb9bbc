package io.hydra.model.encoder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The files that an imported encoder was opened from, so that a bundle can take them along. They
 * are copied as they are, and refused if they are no longer what was opened.
 */
final class ImportedFiles {
  private record Stamp(long size, FileTime modified) {
    static Stamp of(Path file) throws IOException {
      return new Stamp(Files.size(file), Files.getLastModifiedTime(file));
    }
  }

  private final Map<Path, Stamp> stamps = new LinkedHashMap<>();

  /** Taken before the files are read. */
  ImportedFiles(Iterable<Path> files) throws IOException {
    for (Path file : files) {
      stamps.put(file, Stamp.of(file));
    }
  }

  void copyInto(Path folder) throws IOException {
    for (Map.Entry<Path, Stamp> entry : stamps.entrySet()) {
      Path file = entry.getKey();
      Path copy = folder.resolve(file.getFileName().toString());
      Files.copy(file, copy);
      if (!Stamp.of(file).equals(entry.getValue())) {
        throw new IOException(file + " has changed since it was opened; start again");
      }
    }
  }
}

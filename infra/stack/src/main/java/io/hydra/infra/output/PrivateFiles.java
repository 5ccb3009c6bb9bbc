package io.hydra.infra.output;

import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Files and folders that only their owner can read, from the moment they exist. */
public final class PrivateFiles {
  private static final int REMOVALS = 20;

  private static final Set<PosixFilePermission> OWNER_ENTERS =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OWNER_READS =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.complementOf(EnumSet.copyOf(OWNER_ENTERS));

  private PrivateFiles() {}

  /**
   * Makes a folder private: one that is not there is created so, one that is empty or this
   * program's own is closed to others.
   *
   * @param marks names of which the folder holds one if it is this program's own
   * @throws UserException if the folder cannot be made, or holds something else and is open to
   *     others: somebody's home, or the system's folder of temporary files, is not ours to close
   */
  public static void claim(Path folder, List<String> marks) {
    try {
      if (!Files.exists(folder)) {
        Files.createDirectories(folder.toAbsolutePath().getParent());
        create(folder);
      }
      if (Collections.disjoint(Files.getPosixFilePermissions(folder), OTHERS)) {
        return;
      }
      if (!isEmpty(folder) && marks.stream().noneMatch(m -> Files.exists(folder.resolve(m)))) {
        throw new UserException(
            ("%s can be read by others, and users' texts would lie in it: run chmod 700 on it, or"
                    + " name another folder with --dir")
                .formatted(folder));
      }
      Files.setPosixFilePermissions(folder, OWNER_ENTERS);
    } catch (IOException e) {
      throw new UserException(
          "%s cannot be made private: %s; name another folder with --dir"
              .formatted(folder, e.getMessage()),
          e);
    }
  }

  /** Creates an empty file; one of that name is replaced. */
  public static void createFile(Path file) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_READS));
  }

  /** Creates an empty file; one that is there stays, so that no reader misses it meanwhile. */
  public static void ensureFile(Path file) {
    try {
      Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_READS));
    } catch (FileAlreadyExistsException there) {
      // As wanted.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Creates a folder and those above it; one that is there stays. */
  public static Path createFolder(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes a file, if it is there. */
  public static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a file so that a reader sees all of it or its old content. */
  public static void write(Path file, String text) {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The same of bytes. */
  public static void write(Path file, byte[] bytes) {
    write(file, () -> bytes);
  }

  /**
   * The same of bytes that are not to be made in vain: they are asked for once the file is there.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  public static void write(Path file, Supplier<byte[]> content) {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      if (Files.isDirectory(file)) {
        throw new IOException("it is a folder");
      }
      createFile(fresh);
      try {
        Files.write(fresh, content.get());
        Files.move(
            fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A random text for such a file: a key, or a password. */
  public static String drawSecret(int bytes) {
    byte[] random = new byte[bytes];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  private static void create(Path folder) throws IOException {
    FileAttribute<Set<PosixFilePermission>> mode =
        PosixFilePermissions.asFileAttribute(OWNER_ENTERS);
    try {
      Files.createDirectory(folder, mode);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> content = Files.list(folder)) {
      return content.findAny().isEmpty();
    }
  }

  /**
   * Makes a temporary folder.
   *
   * @throws UserException if there can be none
   */
  public static Path createTemp() {
    try {
      return Files.createTempDirectory("hydra-");
    } catch (IOException e) {
      throw new UserException(
          "no temporary folder can be made in %s: %s; name another with TMPDIR"
              .formatted(System.getProperty("java.io.tmpdir"), e.getMessage()),
          e);
    }
  }

  /**
   * Removes a folder as far as possible; what is left must not hide how a command ended. Whoever is
   * stopped while it still writes there may need more than one attempt.
   */
  public static void remove(Path folder) {
    for (int attempt = 0; attempt < REMOVALS && Files.exists(folder); attempt++) {
      try (Stream<Path> paths = Files.walk(folder)) {
        paths.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
      } catch (IOException | UncheckedIOException changed) {
        // Another attempt meets what is there then.
      }
    }
  }
}

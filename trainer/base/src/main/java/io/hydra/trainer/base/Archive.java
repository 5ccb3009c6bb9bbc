package io.hydra.trainer.base;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.io.input.ProxyInputStream;

/** Unpacks archives. */
final class Archive {
  private static final int MAX_ENTRIES = 10_000;

  private Archive() {}

  static boolean isArchive(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".zip") || lower.endsWith(".tar.gz") || lower.endsWith(".tgz");
  }

  /**
   * Extracts files and folders; links and devices are left out. Nothing is written outside of
   * {@code folder}, which exists.
   *
   * @param name says the archive's form
   * @param allowance for all files together: a small archive may hold a great deal
   */
  static void extract(Path archive, String name, Path folder, Allowance allowance)
      throws IOException {
    boolean zip = name.toLowerCase(Locale.ROOT).endsWith(".zip");
    int files = 0;
    int entriesSeen = 0;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(archive));
        ArchiveInputStream<? extends ArchiveEntry> entries =
            zip
                ? new ZipArchiveInputStream(in)
                : new TarArchiveInputStream(new GzipCompressorInputStream(in, true))) {
      for (ArchiveEntry entry = entries.getNextEntry();
          entry != null;
          entry = entries.getNextEntry()) {
        if (++entriesSeen > MAX_ENTRIES) {
          throw new IOException("more than %,d files and folders in it".formatted(MAX_ENTRIES));
        }
        // Refuses a name that leads out of the folder.
        Path target = entry.resolveIn(folder);
        if (entry.isDirectory()) {
          Files.createDirectories(target);
        } else if (!isSpecial(entry)) {
          Files.createDirectories(target.getParent());
          long unused = Files.copy(allowance.limit(entries), target);
          files++;
        }
      }
    }
    if (files == 0) {
      throw new IOException("no files in it; is it a %s?".formatted(zip ? "zip" : "tar.gz"));
    }
  }

  private static boolean isSpecial(ArchiveEntry entry) {
    return entry instanceof TarArchiveEntry tar
        && (tar.isSymbolicLink()
            || tar.isLink()
            || tar.isFIFO()
            || tar.isCharacterDevice()
            || tar.isBlockDevice());
  }

  /** A number of bytes that may be read from several streams in all. */
  static final class Allowance {
    private final long bytes;
    private final String use;
    private long left;

    /**
     * @param use for the message, as "to download"
     */
    Allowance(long bytes, String use) {
      this.bytes = bytes;
      this.use = use;
      this.left = bytes;
    }

    /** The stream, whose reading throws an {@link IOException} beyond the allowance. */
    InputStream limit(InputStream in) {
      return new ProxyInputStream(in) {
        @Override
        protected void afterRead(int read) throws IOException {
          require(read);
          left -= Math.max(0, read);
        }
      };
    }

    /**
     * @throws IOException if {@code count} is more than is left
     */
    void require(long count) throws IOException {
      if (count > left) {
        throw new IOException(
            "more than %,d bytes %s; fetch it yourself and name the folder".formatted(bytes, use));
      }
    }
  }
}

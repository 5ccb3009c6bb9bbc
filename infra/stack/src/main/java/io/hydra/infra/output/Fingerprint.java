package io.hydra.infra.output;

import io.hydra.schemas.config.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** Short names for what files hold. */
public final class Fingerprint {
  private static final int BYTES = 6;

  private Fingerprint() {}

  /** A short name for files: of their names, without folders, and bytes, in the order given. */
  public static String of(List<Path> files) {
    MessageDigest digest = Sha256.digest();
    try (DigestOutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      for (Path file : files) {
        String header = "%s %d\n".formatted(file.getFileName(), Files.size(file));
        out.write(header.getBytes(StandardCharsets.UTF_8));
        long unused = Files.copy(file, out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
  }
}

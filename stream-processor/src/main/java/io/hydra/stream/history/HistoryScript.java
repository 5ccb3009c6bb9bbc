package io.hydra.stream.history;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The Lua script that is the only way into a history. */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
record HistoryScript(byte[] text, byte[] sha1) {
  private static final String RESOURCE = "write-history.lua";

  static HistoryScript load() {
    try (InputStream in = HistoryScript.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing from this jar");
      }
      byte[] text = in.readAllBytes();
      // The name that Redis gives a script.
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(text);
      String hex = HexFormat.of().formatHex(digest);
      return new HistoryScript(text, hex.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}

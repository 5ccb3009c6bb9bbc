package io.hydra.stream.history;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A Lua script of this package.
 *
 * @param keys how many keys it takes, before its other arguments
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
record RedisScript(byte[] text, byte[] sha1, int keys) {
  static RedisScript load(String resource, int keys) {
    try (InputStream in = RedisScript.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing from this jar");
      }
      byte[] text = in.readAllBytes();
      // The name that Redis gives a script.
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(text);
      String hex = HexFormat.of().formatHex(digest);
      return new RedisScript(text, hex.getBytes(StandardCharsets.US_ASCII), keys);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}

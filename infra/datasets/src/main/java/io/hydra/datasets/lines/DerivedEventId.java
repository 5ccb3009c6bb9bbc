package io.hydra.datasets.lines;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

/** The id of an event that came without one: 128 bits of SHA-256 over its content. */
final class DerivedEventId {
  private static final int BYTES = 16;

  private DerivedEventId() {}

  static String of(String user, String task, Instant occurredAt, String input, String output) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(occurredAt.toEpochMilli()).array());
    for (String part : new String[] {user, task, input, output}) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
  }
}

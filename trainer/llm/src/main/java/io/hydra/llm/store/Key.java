package io.hydra.llm.store;

import java.nio.ByteBuffer;

/** The first 16 bytes of a digest. Two of a million digests agree in them with p ≈ 10⁻²⁷. */
public record Key(long high, long low) {
  static final int BYTES = 16;

  /**
   * @param digest of at least 16 bytes
   */
  public static Key of(byte[] digest) {
    ByteBuffer bytes = ByteBuffer.wrap(digest);
    return new Key(bytes.getLong(), bytes.getLong());
  }
}

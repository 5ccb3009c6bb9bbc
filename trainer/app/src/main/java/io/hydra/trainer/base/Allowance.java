package io.hydra.trainer.base;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A number of bytes that may be read from several streams in all. */
final class Allowance {
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
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        int read = super.read();
        take(read < 0 ? 0 : 1);
        return read;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        take(Math.max(0, read));
        return read;
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

  private void take(int count) throws IOException {
    require(count);
    left -= count;
  }
}

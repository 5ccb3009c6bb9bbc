package io.hydra.datasets.lines;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;

/**
 * Reads lines of UTF-8, plain or gzipped, with or without a byte order mark, ended by LF or CRLF.
 * Bytes that are not UTF-8 are told and never replaced: two names would become one.
 */
final class TextLines implements Closeable {
  /** The longest line of an event, all of whose characters are escaped, is half of it. */
  static final int MAX_LINE_BYTES = 1024 * 1024;

  private static final int BUFFER = 1 << 16;
  private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final InputStream in;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private int number;

  private TextLines(InputStream in) {
    this.in = in;
  }

  /**
   * @param read counts the bytes of the file that have been read, gzipped ones as they are
   */
  static TextLines open(Path file, AtomicLong read) throws IOException {
    InputStream raw =
        new BufferedInputStream(new Counted(Files.newInputStream(file), read), BUFFER);
    try {
      boolean zipped = file.toString().toLowerCase(Locale.ROOT).endsWith(".gz") || isGzip(raw);
      return new TextLines(
          zipped ? new BufferedInputStream(new GZIPInputStream(raw, BUFFER), BUFFER) : raw);
    } catch (IOException | RuntimeException e) {
      raw.close();
      throw e;
    }
  }

  private static boolean isGzip(InputStream in) throws IOException {
    in.mark(2);
    boolean magic = in.read() == 0x1F && in.read() == 0x8B;
    in.reset();
    return magic;
  }

  /** Number of the line read last, from 1. */
  int number() {
    return number;
  }

  /**
   * Moves to the next line.
   *
   * @return whether there is one; {@link #text()} gives it
   */
  boolean next() throws IOException {
    line.reset();
    boolean any = false;
    for (int b = in.read(); b >= 0; b = in.read()) {
      any = true;
      if (b == '\n') {
        break;
      }
      // One byte more than allowed tells that it is too long; the rest is not held.
      if (line.size() <= MAX_LINE_BYTES) {
        line.write(b);
      }
    }
    if (any) {
      number++;
    }
    return any;
  }

  /**
   * The line, without its end.
   *
   * @throws LineException if it is too long or not UTF-8
   */
  String text() throws LineException {
    if (line.size() > MAX_LINE_BYTES) {
      throw new LineException("longer than %d bytes: one event per line".formatted(MAX_LINE_BYTES));
    }
    byte[] bytes = line.toByteArray();
    int from = number == 1 && startsWithBom(bytes) ? BOM.length : 0;
    int to =
        bytes.length > from && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, from, to - from))
          .toString();
    } catch (CharacterCodingException e) {
      throw new LineException("not UTF-8: convert the file to UTF-8");
    }
  }

  private static boolean startsWithBom(byte[] bytes) {
    return bytes.length >= BOM.length && Arrays.equals(bytes, 0, BOM.length, BOM, 0, BOM.length);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private static final class Counted extends FilterInputStream {
    private final AtomicLong read;

    Counted(InputStream in, AtomicLong read) {
      super(in);
      this.read = read;
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      count(b < 0 ? b : 1);
      return b;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      return count(super.read(into, from, length));
    }

    private int count(int bytes) {
      read.addAndGet(Math.max(0, bytes));
      return bytes;
    }
  }

  /** A line is malformed; the message says how, without quoting it. */
  static final class LineException extends Exception {
    private static final long serialVersionUID = 1L;

    LineException(String message) {
      super(message);
    }
  }
}

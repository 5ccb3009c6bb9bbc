package io.hydra.llm.store;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The bytes of a log.
 *
 * <pre>
 * header  "HYDRALG", version (1 byte)
 * record  length (int) | key (16 bytes) | value (length bytes) | CRC-32C of key and value (int)
 * </pre>
 *
 * <p>Numbers are big-endian. A process that is killed leaves at most the beginning of a record at
 * the end, which is cut off. A record whose checksum is wrong is passed over if others follow.
 */
final class LogFormat {
  private static final byte[] MAGIC = "HYDRALG".getBytes(StandardCharsets.US_ASCII);
  private static final int CHECKSUM_BYTES = 4;
  private static final int BUFFER = 1 << 18;

  static final int HEADER_BYTES = MAGIC.length + 1;

  /** From a record's start to its value. */
  static final int VALUE_OFFSET = 4 + Key.BYTES;

  private LogFormat() {}

  static byte[] header(byte version) {
    byte[] header = Arrays.copyOf(MAGIC, HEADER_BYTES);
    header[MAGIC.length] = version;
    return header;
  }

  static int recordBytes(int valueBytes) {
    return VALUE_OFFSET + valueBytes + CHECKSUM_BYTES;
  }

  static byte[] record(Key key, byte[] value) {
    ByteBuffer record = ByteBuffer.allocate(recordBytes(value.length));
    record.putInt(value.length).putLong(key.high()).putLong(key.low()).put(value);
    CRC32C checksum = new CRC32C();
    checksum.update(record.array(), 4, Key.BYTES + value.length);
    return record.putInt((int) checksum.getValue()).array();
  }

  /**
   * The contents of a file.
   *
   * @param end where the next record belongs; 0: not even a header is there
   * @param damaged records that were passed over
   */
  record Contents(KeyIndex index, long end, int damaged) {}

  /**
   * @throws KeyedLogException if it is another kind of file, another version, or damaged
   */
  static Contents read(Path file, byte version) throws IOException {
    long size = Files.size(file);
    try (InputStream stream = Files.newInputStream(file);
        DataInputStream in = new DataInputStream(new BufferedInputStream(stream, BUFFER))) {
      byte[] header = in.readNBytes(HEADER_BYTES);
      if (!Arrays.equals(header, Arrays.copyOf(header(version), header.length))) {
        throw unknown(file, header, version);
      }
      return header.length < HEADER_BYTES
          ? new Contents(new KeyIndex(), 0, 0)
          : records(file, in, size);
    }
  }

  private static Contents records(Path file, DataInputStream in, long size) throws IOException {
    KeyIndex index = new KeyIndex();
    CRC32C checksum = new CRC32C();
    byte[] body = new byte[1 << 12];
    long at = HEADER_BYTES;
    int damaged = 0;
    while (size - at >= recordBytes(0)) {
      int length = in.readInt();
      if (length < 0 || length >= KeyIndex.LENGTH_LIMIT) {
        throw new KeyedLogException(
            "%s is damaged at byte %d: move it away, or keep what precedes: truncate -s %d"
                .formatted(file, at, at),
            null);
      }
      if (size - at < recordBytes(length)) {
        break;
      }
      int covered = Key.BYTES + length;
      if (body.length < covered) {
        body = new byte[Math.max(covered, body.length * 2)];
      }
      in.readFully(body, 0, covered);
      checksum.reset();
      checksum.update(body, 0, covered);
      if (in.readInt() == (int) checksum.getValue()) {
        index.put(Key.of(body), at + VALUE_OFFSET, length);
      } else {
        damaged++;
      }
      at += recordBytes(length);
    }
    return new Contents(index, at, damaged);
  }

  private static KeyedLogException unknown(Path file, byte[] header, byte version) {
    boolean ours =
        header.length == HEADER_BYTES && Arrays.equals(Arrays.copyOf(header, MAGIC.length), MAGIC);
    return new KeyedLogException(
        ours
            ? "%s has format version %d, this program knows %d: name another folder"
                .formatted(file, header[MAGIC.length], version)
            : "%s is not a log of kept replies: name another folder".formatted(file),
        null);
  }
}

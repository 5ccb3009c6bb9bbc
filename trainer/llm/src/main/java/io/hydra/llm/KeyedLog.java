package io.hydra.llm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.hydra.schemas.config.UserException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Values by key in one file that only grows. Memory holds the keys and where their values are. A
 * value has reached the operating system when {@link #put} returns. Thread-safe; one process at a
 * time.
 *
 * <pre>
 * header  "HYDRALG", version (1 byte)
 * record  length (int) | key (16 bytes) | value (length bytes) | CRC-32C of key and value (int)
 * </pre>
 *
 * <p>Numbers are big-endian. A process that is killed leaves at most the beginning of a record at
 * the end, which is cut off. A record whose checksum is wrong is passed over if others follow.
 */
final class KeyedLog implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KeyedLog.class);
  private static final byte[] MAGIC = "HYDRALG".getBytes(US_ASCII);
  static final int HEADER_BYTES = MAGIC.length + 1;
  static final int VALUE_OFFSET = 4 + Key.BYTES;
  private static final int CHECKSUM_BYTES = 4;
  private static final int LENGTH_LIMIT = 1 << 24;
  private static final int READ_BUFFER = 1 << 18;

  private final Path file;
  private final FileChannel lock;
  private final Map<Key, Place> index = new HashMap<>();

  // Not a channel: the interrupt of any thread that uses one closes it for all.
  private final RandomAccessFile access;

  /** The end of the file. */
  private long end;

  private UserException broken;
  private boolean closed;

  /** The first 16 bytes of a digest. Two of a million digests agree in them with p ≈ 10⁻²⁷. */
  record Key(long high, long low) {
    static final int BYTES = 16;

    static Key of(byte[] digest) {
      ByteBuffer bytes = ByteBuffer.wrap(digest);
      return new Key(bytes.getLong(), bytes.getLong());
    }
  }

  private record Place(long offset, int length) {}

  private KeyedLog(Path file, FileChannel lock, RandomAccessFile access) {
    this.file = file;
    this.lock = lock;
    this.access = access;
  }

  /**
   * Opens the log of a folder, or begins one.
   *
   * @param version of the values; a log of another version is refused
   * @throws UserException if the folder is in use, or cannot be read or written, or holds what this
   *     program does not know
   */
  static KeyedLog open(Path folder, byte version) {
    Path file = folder.resolve("replies.log");
    FileChannel lock = null;
    RandomAccessFile access = null;
    try {
      Files.createDirectories(folder);
      lock = lock(folder);
      access = new RandomAccessFile(file.toFile(), "rw");
      KeyedLog opened = new KeyedLog(file, lock, access);
      opened.load(version);
      return opened;
    } catch (IOException e) {
      closeQuietly(access, lock);
      throw new UserException(
          "%s cannot be used (%s): name a folder that can be written"
              .formatted(file, e.getClass().getSimpleName()),
          e);
    } catch (UserException e) {
      closeQuietly(access, lock);
      throw e;
    }
  }

  private static FileChannel lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock held = null;
    try {
      held = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Held by this very process: as good as held by another.
    } finally {
      if (held == null) {
        channel.close();
      }
    }
    if (held == null) {
      throw new UserException(
          "%s is in use by another run: wait until it ends, or name another folder"
              .formatted(folder));
    }
    return channel;
  }

  private void load(byte version) throws IOException {
    long size = access.length();
    int damaged = 0;
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), READ_BUFFER))) {
      byte[] header = in.readNBytes(HEADER_BYTES);
      if (!Arrays.equals(header, Arrays.copyOf(header(version), header.length))) {
        throw unknown(header, version);
      }
      if (header.length < HEADER_BYTES) {
        access.setLength(0);
        access.write(header(version));
        end = HEADER_BYTES;
        return;
      }
      damaged = readRecords(in, size);
    }
    if (size > end) {
      log.info("{}: an earlier run was cut off; {} bytes of its last record go", file, size - end);
      access.setLength(end);
    }
    if (damaged > 0) {
      log.warn("{}: {} damaged records are passed over", file, damaged);
    }
  }

  /** Returns the number of records that were passed over. */
  private int readRecords(DataInputStream in, long size) throws IOException {
    CRC32C checksum = new CRC32C();
    byte[] body = new byte[1 << 12];
    int damaged = 0;
    end = HEADER_BYTES;
    while (size - end >= recordBytes(0)) {
      int length = in.readInt();
      if (length < 0 || length >= LENGTH_LIMIT) {
        throw new UserException(
            "%s is damaged at byte %d: move it away, or keep what precedes: truncate -s %d"
                .formatted(file, end, end));
      }
      if (size - end < recordBytes(length)) {
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
        index.put(Key.of(body), new Place(end + VALUE_OFFSET, length));
      } else {
        damaged++;
      }
      end += recordBytes(length);
    }
    return damaged;
  }

  private UserException unknown(byte[] header, byte version) {
    boolean ours =
        header.length == HEADER_BYTES && Arrays.equals(Arrays.copyOf(header, MAGIC.length), MAGIC);
    return new UserException(
        ours
            ? "%s has format version %d, this program knows %d: name another folder"
                .formatted(file, header[MAGIC.length], version)
            : "%s is not a log of kept replies: name another folder".formatted(file));
  }

  private static byte[] header(byte version) {
    byte[] header = Arrays.copyOf(MAGIC, HEADER_BYTES);
    header[MAGIC.length] = version;
    return header;
  }

  static int recordBytes(int valueBytes) {
    return VALUE_OFFSET + valueBytes + CHECKSUM_BYTES;
  }

  private static byte[] record(Key key, byte[] value) {
    ByteBuffer record = ByteBuffer.allocate(recordBytes(value.length));
    record.putInt(value.length).putLong(key.high()).putLong(key.low()).put(value);
    CRC32C checksum = new CRC32C();
    checksum.update(record.array(), 4, Key.BYTES + value.length);
    return record.putInt((int) checksum.getValue()).array();
  }

  private static void closeQuietly(AutoCloseable... resources) {
    for (AutoCloseable resource : resources) {
      try {
        if (resource != null) {
          resource.close();
        }
      } catch (Exception e) {
        log.debug("closing after a failure: {}", e.getClass().getName());
      }
    }
  }

  synchronized int size() {
    return index.size();
  }

  synchronized Optional<byte[]> get(Key key) {
    checkOpen();
    Place place = index.get(key);
    if (place == null) {
      return Optional.empty();
    }
    byte[] value = new byte[place.length()];
    try {
      access.seek(place.offset());
      access.readFully(value);
      return Optional.of(value);
    } catch (IOException e) {
      throw new UserException(
          "%s cannot be read: %s".formatted(file, e.getClass().getSimpleName()), e);
    }
  }

  /** Keeps a value, unless it has 16 MiB or more. Fails for ever once the file was not written. */
  synchronized void put(Key key, byte[] value) {
    if (broken != null) {
      throw broken;
    }
    checkOpen();
    if (value.length >= LENGTH_LIMIT) {
      return;
    }
    try {
      access.seek(end);
      access.write(record(key, value));
    } catch (IOException e) {
      // A part may have been written: what came after it would be lost at the next start.
      broken =
          new UserException(
              "%s cannot be written (is the disk full?): %s".formatted(file, e.getMessage()), e);
      throw broken;
    }
    index.put(key, new Place(end + VALUE_OFFSET, value.length));
    end += recordBytes(value.length);
  }

  private void checkOpen() {
    if (closed) {
      throw new UserException(file + " was closed");
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      access.getFD().sync();
    } catch (IOException e) {
      throw new UserException("%s cannot be written: %s".formatted(file, e.getMessage()), e);
    } finally {
      closeQuietly(access, lock);
    }
  }
}

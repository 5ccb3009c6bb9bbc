package io.hydra.llm.store;

import io.hydra.runtime.service.Threads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Values by key in one file that only grows. Memory holds the keys and where their values are; a
 * value is read from the file when it is asked for. Writes are grouped and reach the operating
 * system within a second, when 64 KiB have come together, and at close. Thread-safe; one process at
 * a time.
 */
public final class KeyedLog implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KeyedLog.class);
  private static final String FILE = "replies.log";
  private static final String LOCK = "lock";
  private static final int GROUP_BYTES = 1 << 16;
  private static final long FLUSH_MILLIS = 500;

  private final Path file;
  private final FileChannel lock;
  private final KeyIndex index;

  // Not a channel: the interrupt of any thread that uses one closes it for all.
  private final RandomAccessFile access;
  private final ScheduledExecutorService flusher;
  private final ByteArrayOutputStream unwritten = new ByteArrayOutputStream();

  /** The end of the file; unwritten bytes come after it. */
  private long end;

  private KeyedLogException broken;
  private boolean closed;

  private KeyedLog(
      Path file, FileChannel lock, RandomAccessFile access, LogFormat.Contents contents) {
    this.file = file;
    this.lock = lock;
    this.access = access;
    this.index = contents.index();
    this.end = contents.end();
    this.flusher = Executors.newSingleThreadScheduledExecutor(Threads.daemon("kept-replies-flush"));
  }

  /**
   * Opens the log of a folder, or begins one.
   *
   * @param version of the values; a log of another version is refused
   * @throws KeyedLogException if the folder is in use, or cannot be read or written, or holds what
   *     this program does not know
   */
  public static KeyedLog open(Path folder, byte version) {
    Path file = folder.resolve(FILE);
    FileChannel lock = null;
    RandomAccessFile access = null;
    try {
      Files.createDirectories(folder);
      lock = lock(folder);
      access = new RandomAccessFile(file.toFile(), "rw");
      KeyedLog opened = new KeyedLog(file, lock, access, prepare(file, access, version));
      opened.startFlushing();
      return opened;
    } catch (IOException e) {
      closeQuietly(access, lock);
      throw new KeyedLogException(
          "%s cannot be used (%s): name a folder that can be written"
              .formatted(file, e.getClass().getSimpleName()),
          e);
    } catch (KeyedLogException e) {
      closeQuietly(access, lock);
      throw e;
    }
  }

  private static FileChannel lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
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
      throw new KeyedLogException(
          "%s is in use by another run: wait until it ends, or name another folder"
              .formatted(folder),
          null);
    }
    return channel;
  }

  private static LogFormat.Contents prepare(Path file, RandomAccessFile access, byte version)
      throws IOException {
    LogFormat.Contents contents = LogFormat.read(file, version);
    long torn = access.length() - contents.end();
    if (contents.end() == 0) {
      access.setLength(0);
      access.write(LogFormat.header(version));
      return new LogFormat.Contents(contents.index(), LogFormat.HEADER_BYTES, 0);
    }
    if (torn > 0) {
      log.info("{}: an earlier run was cut off; {} bytes of its last record go", file, torn);
      access.setLength(contents.end());
    }
    if (contents.damaged() > 0) {
      log.warn("{}: {} damaged records are passed over", file, contents.damaged());
    }
    return contents;
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

  private void startFlushing() {
    var unused =
        flusher.scheduleWithFixedDelay(
            () -> {
              try {
                flush();
              } catch (KeyedLogException e) {
                // Kept: the next put throws it.
              }
            },
            FLUSH_MILLIS,
            FLUSH_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  public synchronized int size() {
    return index.size();
  }

  /**
   * @throws KeyedLogException if the file cannot be read
   */
  public synchronized Optional<byte[]> get(Key key) {
    checkOpen();
    if (!index.contains(key)) {
      return Optional.empty();
    }
    long offset = index.offset(key);
    byte[] value = new byte[index.length(key)];
    if (offset + value.length > end) {
      flush();
    }
    try {
      access.seek(offset);
      access.readFully(value);
      return Optional.of(value);
    } catch (IOException e) {
      throw new KeyedLogException(
          "%s cannot be read: %s".formatted(file, e.getClass().getSimpleName()), e);
    }
  }

  /**
   * Keeps a value. One of 16 MiB or more is not kept.
   *
   * @throws KeyedLogException if the file could not be written, this time or once before
   */
  public synchronized void put(Key key, byte[] value) {
    check();
    if (value.length >= KeyIndex.LENGTH_LIMIT) {
      return;
    }
    long offset = end + unwritten.size() + LogFormat.VALUE_OFFSET;
    unwritten.writeBytes(LogFormat.record(key, value));
    index.put(key, offset, value.length);
    if (unwritten.size() >= GROUP_BYTES) {
      flush();
    }
  }

  /** Hands to the operating system what was put so far. */
  public synchronized void flush() {
    check();
    if (unwritten.size() == 0) {
      return;
    }
    try {
      access.seek(end);
      access.write(unwritten.toByteArray());
      end += unwritten.size();
      unwritten.reset();
    } catch (IOException e) {
      // A part may have been written: what came after it would be lost at the next start.
      broken =
          new KeyedLogException(
              "%s cannot be written (is the disk full?): %s".formatted(file, e.getMessage()), e);
      throw broken;
    }
  }

  private void check() {
    if (broken != null) {
      throw broken;
    }
    checkOpen();
  }

  private void checkOpen() {
    if (closed) {
      throw new KeyedLogException(file + " was closed", null);
    }
  }

  @Override
  public void close() {
    flusher.shutdownNow();
    synchronized (this) {
      if (closed) {
        return;
      }
      try {
        if (broken == null) {
          flush();
          access.getFD().sync();
        }
      } catch (IOException e) {
        throw new KeyedLogException("%s cannot be written: %s".formatted(file, e.getMessage()), e);
      } finally {
        closed = true;
        closeQuietly(access, lock);
      }
    }
  }
}

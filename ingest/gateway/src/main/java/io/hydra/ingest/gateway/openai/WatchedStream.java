package io.hydra.ingest.gateway.openai;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** An answer as it comes, given up once nothing has come for a while. For one reader. */
final class WatchedStream extends InputStream {
  private final InputStream from;
  private final ScheduledExecutorService watchdog;
  private final Duration patience;
  private final Runnable onClose;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean silent;

  /**
   * @param onClose run once
   */
  WatchedStream(
      InputStream from, ScheduledExecutorService watchdog, Duration patience, Runnable onClose) {
    this.from = from;
    this.watchdog = watchdog;
    this.patience = patience;
    this.onClose = onClose;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Future<?> givingUp = watchdog.schedule(this::giveUp, patience.toNanos(), TimeUnit.NANOSECONDS);
    int count;
    try {
      count = from.read(into, offset, length);
    } finally {
      givingUp.cancel(false);
    }
    if (silent) {
      // To the reader a stream that was closed looks like one that ended.
      throw new InterruptedIOException("the LLM has fallen silent");
    }
    return count;
  }

  private void giveUp() {
    silent = true;
    closeSource();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      closeSource();
      onClose.run();
    }
  }

  private void closeSource() {
    try {
      from.close();
    } catch (IOException e) {
      // Nothing more is wanted of it.
    }
  }
}

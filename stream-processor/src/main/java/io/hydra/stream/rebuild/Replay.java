package io.hydra.stream.rebuild;

import io.hydra.schemas.store.HistoryStore;
import io.hydra.schemas.store.RebuildException;
import io.hydra.stream.event.EventIntake;
import io.hydra.stream.event.RawRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Events into histories without Flink, as fast as the store takes them: one thread reads, one for
 * each store decodes and writes in large batches. A user's events stay in order, since all of them
 * go to one store. What can never be processed is counted and passed over. While the registry or
 * the store is away, it waits.
 */
public final class Replay implements AutoCloseable {
  /** Events of a batch: the more of a user come together, the less Redis does for each. */
  public static final int BATCH_SIZE = 5_000;

  private static final long REPORT_NANOS = Duration.ofSeconds(1).toNanos();

  private final EventLog log;
  private final ReplayTally tally = new ReplayTally();
  private final List<ReplayWriter> writers = new ArrayList<>();
  private final LongSupplier nanoClock;
  private final ReplayProgress.Listener listener;

  /**
   * @param log read from where it stands; stays open
   * @param intakes makes one for each writing thread
   * @param stores one for each writing thread, all of the same histories; taken over and closed
   * @param listener told each second, and at the end of each run
   */
  public Replay(
      EventLog log,
      Supplier<EventIntake> intakes,
      List<HistoryStore> stores,
      int batchSize,
      LongSupplier nanoClock,
      ReplayProgress.Listener listener) {
    this.log = log;
    this.nanoClock = nanoClock;
    this.listener = listener;
    for (HistoryStore store : stores) {
      writers.add(
          new ReplayWriter(
              intakes.get(), store, batchSize, tally, "replay-writer-" + writers.size()));
    }
  }

  /**
   * Reads on up to these offsets at least, and returns when all that was read is written.
   *
   * @throws RebuildException if the store fails in a way that no retry mends
   */
  public void run(Map<Integer, Long> ends) throws InterruptedException {
    Map<Integer, Long> begin = log.positions();
    long toRead = distance(begin, ends);
    long recordsBefore = tally.records();
    long start = nanoClock.getAsLong();
    long reported = start;
    for (long left = toRead; left > 0; left = distance(log.positions(), ends)) {
      for (RawRecord raw : log.poll()) {
        accept(raw);
      }
      long now = nanoClock.getAsLong();
      if (now - reported >= REPORT_NANOS) {
        reported = now;
        report(recordsBefore, now - start, toRead, distance(log.positions(), ends));
      }
    }
    for (ReplayWriter writer : writers) {
      writer.flush();
    }
    for (ReplayWriter writer : writers) {
      writer.drain();
    }
    report(recordsBefore, nanoClock.getAsLong() - start, toRead, 0);
  }

  private void accept(RawRecord raw) throws InterruptedException {
    tally.read();
    // By the key, which is the user's in every record that is accepted.
    writers.get(Math.floorMod(Arrays.hashCode(raw.key()), writers.size())).add(raw);
  }

  private static long distance(Map<Integer, Long> from, Map<Integer, Long> to) {
    long sum = 0;
    for (Map.Entry<Integer, Long> end : to.entrySet()) {
      sum += Math.max(0, end.getValue() - from.getOrDefault(end.getKey(), 0L));
    }
    return sum;
  }

  private void report(long recordsBefore, long nanos, long toRead, long left) {
    long records = tally.records() - recordsBefore;
    double seconds = Math.max(nanos, 1) / 1e9;
    double share = toRead == 0 ? 1 : 1 - (double) left / toRead;
    Duration rest =
        share == 0
            ? Duration.ZERO
            : Duration.ofMillis((long) (seconds * 1000 * (1 - share) / share));
    listener.at(new ReplayProgress(records, records / seconds, share, rest));
  }

  /** Of all runs so far. */
  public ReplayTally tally() {
    return tally;
  }

  @Override
  public void close() throws InterruptedException {
    for (ReplayWriter writer : writers) {
      writer.close();
    }
  }
}

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
import java.util.TreeMap;
import java.util.function.Consumer;
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
  static final int BATCH_SIZE = 5_000;

  private static final long REPORT_NANOS = Duration.ofSeconds(1).toNanos();

  private final EventLog log;
  private final Tally tally = new Tally();
  private final List<ReplayWriter> writers = new ArrayList<>();
  private final LongSupplier nanoClock;
  private final Consumer<Progress> listener;

  /**
   * @param records read so far
   * @param perSecond since the replay began
   * @param share of the records to be read, 0 to 1
   * @param left at this rate; zero at the end
   */
  public record Progress(long records, double perSecond, double share, Duration left) {}

  /** Counts what was read, and what was rejected. */
  static final class Tally {
    private static final int REASONS = 20;

    private final Map<String, Long> rejected = new TreeMap<>();
    private long records;

    /** Records read, whatever became of them; asked for by the replaying thread alone. */
    long records() {
      return records;
    }

    /** Reasons may name a number of the record: only the first few are told apart. */
    synchronized void reject(String reason) {
      boolean known = rejected.size() < REASONS || rejected.containsKey(reason);
      rejected.merge(known ? reason : "other reasons", 1L, Long::sum);
    }

    /** Records that are no event, by reason; they are dead letters of the live job's. */
    synchronized Map<String, Long> rejected() {
      return new TreeMap<>(rejected);
    }
  }

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
      LongSupplier nanoClock,
      Consumer<Progress> listener) {
    this.log = log;
    this.nanoClock = nanoClock;
    this.listener = listener;
    for (HistoryStore store : stores) {
      writers.add(new ReplayWriter(intakes.get(), store, tally, "replay-writer-" + writers.size()));
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
    long recordsBefore = tally.records;
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
    tally.records++;
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
    long records = tally.records - recordsBefore;
    double seconds = Math.max(nanos, 1) / 1e9;
    double share = toRead == 0 ? 1 : 1 - (double) left / toRead;
    Duration rest =
        share == 0
            ? Duration.ZERO
            : Duration.ofMillis((long) (seconds * 1000 * (1 - share) / share));
    listener.accept(new Progress(records, records / seconds, share, rest));
  }

  /** Of all runs so far. */
  Tally tally() {
    return tally;
  }

  @Override
  public void close() throws InterruptedException {
    for (ReplayWriter writer : writers) {
      writer.close();
    }
  }
}

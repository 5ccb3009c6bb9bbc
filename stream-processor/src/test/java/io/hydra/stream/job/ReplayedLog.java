package io.hydra.stream.job;

import io.hydra.stream.event.RawRecord;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;

/**
 * A source that never ends (a bounded one would drop the triggers' timers): two partitions, each
 * the log of {@link EventLog} over and over. It fails once, in the middle of the first pass, if
 * told to.
 *
 * @param run tells runs of one test class apart
 * @param failAt position of partition 0 to fail at; negative for never
 */
record ReplayedLog(String run, long failAt) implements GeneratorFunction<Long, RawRecord> {
  private static final long RECORDS_PER_PARTITION = 1L << 40;
  private static final int PARTITIONS = 2;

  /** Each of two subtasks takes one half. */
  static final long ENDLESS = PARTITIONS * RECORDS_PER_PARTITION;

  private static final int PER_SECOND = 4000;
  private static final List<List<RawRecord>> LOGS =
      List.of(EventLog.partition(0), EventLog.partition(1));
  // Static, since a job runs on copies of its functions.
  private static final Map<String, Long> FIRST_POSITIONS = new ConcurrentHashMap<>();
  private static final Map<String, Boolean> FAILED = new ConcurrentHashMap<>();

  static DataGeneratorSource<RawRecord> source(String run, long failAt) {
    return new DataGeneratorSource<>(
        new ReplayedLog(run, failAt),
        ENDLESS,
        RateLimiterStrategy.perSecond(PER_SECOND),
        TypeInformation.of(RawRecord.class));
  }

  static List<List<RawRecord>> logs() {
    return LOGS;
  }

  /** Least position of any partition that a run began at. */
  static long firstPosition(String run) {
    return FIRST_POSITIONS.get(run);
  }

  static boolean began(String run) {
    return FIRST_POSITIONS.containsKey(run);
  }

  static boolean failed(String run) {
    return FAILED.containsKey(run);
  }

  @Override
  public void open(SourceReaderContext context) {}

  @Override
  public RawRecord map(Long index) {
    int partition = index < RECORDS_PER_PARTITION ? 0 : 1;
    long position = index % RECORDS_PER_PARTITION;
    FIRST_POSITIONS.merge(run, position, Math::min);
    if (partition == 0 && position == failAt && FAILED.putIfAbsent(run, true) == null) {
      throw new IllegalStateException("told to fail");
    }
    return LOGS.get(partition).get((int) (position % EventLog.SIZE));
  }
}

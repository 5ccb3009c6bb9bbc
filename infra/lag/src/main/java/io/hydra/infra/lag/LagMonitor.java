package io.hydra.infra.lag;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;
import static java.util.Comparator.nullsFirst;
import static java.util.stream.Collectors.groupingBy;

import io.hydra.infra.lag.cluster.ClusterReader;
import io.hydra.infra.lag.cluster.ClusterState;
import io.hydra.infra.lag.cluster.ClusterState.Group;
import io.hydra.infra.lag.cluster.ClusterState.Log;
import io.hydra.infra.lag.cluster.OffsetTimes;
import io.hydra.infra.lag.cluster.RecordTimes;
import io.hydra.infra.lag.cluster.RetentionReader;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.config.UserException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Watches the lag of a cluster's groups, one cycle at a time. A cycle reads groups, logs and the
 * records at the groups' positions, and judges how they have moved. Used by one thread.
 */
public final class LagMonitor implements AutoCloseable {
  private static final Comparator<Report.Group> WORST_FIRST =
      comparing(Report.Group::status)
          .thenComparing(Report.Group::lagSeconds, nullsFirst(Comparator.naturalOrder()))
          .thenComparing(Report.Group::lag, nullsFirst(Comparator.naturalOrder()))
          .reversed()
          .thenComparing(Report.Group::group);

  private static final int MIN_WINDOW = 3;

  /** With each question to the cluster, one repetition included. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Admin admin;
  private final RecordTimes records;
  private final LagOptions options;
  private final Clock clock;
  private final Readers readers;
  private final ClusterReader reader;
  private final RetentionReader retention;
  private final Map<String, Map<TopicPartition, Watched>> watched = new HashMap<>();
  private final Map<String, Instant> lastMembers = new HashMap<>();

  /** The memory of a group's partition. */
  private static final class Watched {
    private final StatusEvaluator evaluator;

    /** It has been seen beyond the last stable offset, so it does not wait for transactions. */
    private boolean readsUncommitted;

    Watched(int commits) {
      evaluator = new StatusEvaluator(commits);
    }
  }

  /** The positions that readers tell of themselves. */
  @FunctionalInterface
  interface Readers {
    Readers NONE = (group, partition) -> null;

    /** The next offset that the group will read; null if it does not tell. */
    Long position(String group, TopicPartition partition);
  }

  private LagMonitor(
      Admin admin, RecordTimes records, LagOptions options, Clock clock, Readers readers) {
    this.admin = admin;
    this.records = records;
    this.options = options;
    this.clock = clock;
    this.readers = readers;
    this.reader = new ClusterReader(admin, options.groups().asMatchPredicate(), clock);
    this.retention = new RetentionReader(admin, clock);
  }

  /**
   * A monitor of one cluster, which is asked for nothing yet.
   *
   * @throws UserException if the options make no sense
   */
  public static LagMonitor open(KafkaConnection kafka, LagOptions options, Clock clock) {
    return open(kafka, options, clock, Readers.NONE);
  }

  /** As {@link #open(KafkaConnection, LagOptions, Clock)}, with what readers tell themselves. */
  static LagMonitor open(KafkaConnection kafka, LagOptions options, Clock clock, Readers readers) {
    if (options.window() < MIN_WINDOW) {
      throw new UserException(
          "--lag-window %d is too short to judge by: give %d or more"
              .formatted(options.window(), MIN_WINDOW));
    }
    if (options.interval().isZero()) {
      throw new UserException("--lag-interval 0 would never let the cluster rest: give 1s or more");
    }
    Admin admin = kafka.openAdmin(PATIENCE);
    try {
      return new LagMonitor(
          admin,
          new RecordTimes(RecordTimes.consumer(kafka), System::nanoTime),
          options,
          clock,
          readers);
    } catch (KafkaException e) {
      admin.close(Duration.ZERO);
      throw e;
    }
  }

  @Override
  public void close() {
    records.close();
    admin.close(Duration.ZERO);
  }

  /**
   * Reads and judges once.
   *
   * @throws ExecutionException if the cluster does not answer, or may not be asked for its groups
   */
  public Report cycle() throws ExecutionException, InterruptedException {
    Instant start = clock.instant();
    long before = requests();
    ClusterState state = reader.read();
    List<Report.Group> groups = judge(state);
    return new Report(
        options.cluster(),
        state.at(),
        Duration.between(start, clock.instant()).toMillis(),
        requests() - before,
        groups,
        state.problems());
  }

  List<Report.Group> judge(ClusterState state) throws InterruptedException {
    remember(state);
    Map<TopicPartition, OffsetTimes> times = new HashMap<>();
    Set<String> lagging = new TreeSet<>();
    for (Group group : state.groups()) {
      Map<TopicPartition, Watched> memory = watched.get(group.name());
      group
          .positions()
          .forEach(
              (partition, position) -> {
                Watched each =
                    memory.computeIfAbsent(partition, any -> new Watched(options.window()));
                Log log = state.logs().get(partition);
                if (log == null) {
                  return;
                }
                each.readsUncommitted |= position > log.stable();
                if (lag(position, log, each) > 0) {
                  lagging.add(partition.topic());
                  times
                      .computeIfAbsent(partition, any -> new OffsetTimes())
                      .want(Math.max(position, log.low()));
                }
              });
    }
    retention.read(lagging);
    records.read(times, state.logs());
    Map<String, List<TopicPartition>> byTopic =
        state.logs().keySet().stream()
            .sorted(comparingInt(TopicPartition::partition))
            .collect(groupingBy(TopicPartition::topic));
    Map<Long, Instant> moments = new HashMap<>();
    return state.groups().stream()
        .map(group -> group(group, state, byTopic, times, moments))
        .sorted(WORST_FIRST)
        .toList();
  }

  private long requests() {
    return RecordTimes.sent(admin.metrics()) + records.requests();
  }

  /** Forgets groups and partitions that are gone. What could not be read this time stays. */
  private void remember(ClusterState state) {
    Set<String> names = new HashSet<>();
    state.problems().forEach(problem -> names.add(problem.subject()));
    for (Group group : state.groups()) {
      names.add(group.name());
      watched
          .computeIfAbsent(group.name(), any -> new HashMap<>())
          .keySet()
          .retainAll(group.positions().keySet());
      if (group.members().count() > 0) {
        lastMembers.put(group.name(), state.at());
      }
    }
    if (!names.contains(ClusterReader.LISTING)) {
      watched.keySet().retainAll(names);
      lastMembers.keySet().retainAll(names);
    }
  }

  /**
   * The age of the first record that a group has not consumed; 0 if there is none, null if its
   * timestamp is not known.
   */
  private static Double seconds(long timestamp, long now) {
    if (timestamp == OffsetTimes.NOTHING) {
      return 0.0;
    }
    return timestamp < 0 ? null : Math.max(0, now - timestamp) / 1000.0;
  }

  private static long end(Log log, Watched each) {
    return each.readsUncommitted ? log.high() : log.stable();
  }

  private static long lag(long position, Log log, Watched each) {
    return Math.max(0, end(log, each) - Math.max(position, log.low()));
  }

  private Report.Group group(
      Group group,
      ClusterState state,
      Map<String, List<TopicPartition>> byTopic,
      Map<TopicPartition, OffsetTimes> times,
      Map<Long, Instant> moments) {
    List<Report.Partition> partitions = new ArrayList<>();
    // Those with a position, those that a member owns, and the rest of their topics.
    Set<String> topics = new TreeSet<>();
    group.positions().keySet().forEach(partition -> topics.add(partition.topic()));
    group.members().assigned().forEach(partition -> topics.add(partition.topic()));
    List<TopicPartition> all =
        topics.stream().flatMap(topic -> byTopic.getOrDefault(topic, List.of()).stream()).toList();
    for (TopicPartition partition : all) {
      Log log = state.logs().get(partition);
      Long position = group.positions().get(partition);
      partitions.add(
          position == null
              ? unread(group, partition, log)
              : partition(
                  group,
                  partition,
                  position,
                  log,
                  times.get(partition),
                  state.at().toEpochMilli(),
                  moments));
    }
    return new Report.Group(
        group.name(),
        group.members().type(),
        group.members().state(),
        group.members().count(),
        lastMembers.get(group.name()),
        partitions);
  }

  private Report.Partition unread(Group group, TopicPartition partition, Log log) {
    return new Report.Partition(
        partition.topic(),
        partition.partition(),
        null,
        null,
        log.low(),
        log.stable(),
        log.high() - log.stable(),
        null,
        null,
        0,
        null,
        group.members().assigned().contains(partition),
        null,
        false,
        Status.NOT_FOUND,
        Report.Trend.UNKNOWN,
        0,
        0);
  }

  private Report.Partition partition(
      Group group,
      TopicPartition partition,
      Long position,
      Log log,
      OffsetTimes times,
      long now,
      Map<Long, Instant> moments) {
    Watched each = watched.get(group.name()).get(partition);
    long lag = lag(position, log, each);
    long time = lag == 0 ? OffsetTimes.NOTHING : times.at(Math.max(position, log.low()));
    boolean readable = time != OffsetTimes.NOTHING;
    boolean owned = group.members().assigned().contains(partition);
    each.evaluator.add(position, lag, readable, owned, now);
    Status status = each.evaluator.status(options.interval());
    boolean overdue = each.evaluator.isOverdue(options.interval());
    OptionalLong kept = retention.millis(partition.topic());
    return new Report.Partition(
        partition.topic(),
        partition.partition(),
        position,
        readers.position(group.name(), partition),
        log.low(),
        end(log, each),
        log.high() - end(log, each),
        lag,
        seconds(time, now),
        Math.max(0, log.low() - position),
        kept.isPresent() ? (Long) (kept.getAsLong() / 1000) : null,
        owned,
        // One object for all that moved in the same poll: there are many.
        moments.computeIfAbsent(each.evaluator.lastMove(), Instant::ofEpochMilli),
        overdue,
        status,
        each.evaluator.trend(status, overdue),
        each.evaluator.consumed(),
        each.evaluator.produced());
  }
}

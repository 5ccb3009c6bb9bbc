package io.hydra.infra.lag;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;
import static java.util.Comparator.nullsFirst;
import static java.util.stream.Collectors.groupingBy;

import io.hydra.infra.lag.cluster.ClusterReader;
import io.hydra.infra.lag.cluster.ClusterState;
import io.hydra.infra.lag.cluster.ClusterState.Log;
import io.hydra.infra.lag.cluster.ClusterState.Problem;
import io.hydra.infra.lag.cluster.Group;
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
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
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
  private final RecordTimes times;
  private final LagOptions options;
  private final Clock clock;
  private final ClusterReader reader;
  private final RetentionReader retention;
  private Map<String, Map<TopicPartition, Watched>> watched = new HashMap<>();

  /** The memory of a group's partition. */
  private static final class Watched {
    private final StatusEvaluator evaluator;

    /** It has been seen beyond the last stable offset, so it does not wait for transactions. */
    private boolean readsUncommitted;

    Watched(int commits) {
      evaluator = new StatusEvaluator(commits);
    }
  }

  private LagMonitor(Admin admin, RecordTimes times, LagOptions options, Clock clock) {
    this.admin = admin;
    this.times = times;
    this.options = options;
    this.clock = clock;
    this.reader = new ClusterReader(admin, options.groups().asMatchPredicate(), clock);
    this.retention = new RetentionReader(admin, clock);
  }

  /**
   * A monitor of one cluster, which is asked for nothing yet.
   *
   * @throws UserException if the options make no sense
   */
  public static LagMonitor open(KafkaConnection kafka, LagOptions options, Clock clock) {
    if (options.window() < MIN_WINDOW) {
      throw new UserException(
          "--lag-window %d is too short to judge by: give %d or more"
              .formatted(options.window(), MIN_WINDOW));
    }
    if (options.interval().isZero()) {
      throw new UserException("--lag-interval 0 would never let the cluster rest: give 1s or more");
    }
    Admin admin = kafka.openAdmin(PATIENCE);
    return new LagMonitor(
        admin, new RecordTimes(RecordTimes.consumer(kafka), System::nanoTime), options, clock);
  }

  @Override
  public void close() {
    times.close();
    admin.close(Duration.ZERO);
  }

  /**
   * Reads and judges once.
   *
   * @throws ExecutionException if the cluster does not answer, or may not be asked for its groups
   */
  public Report cycle() throws ExecutionException, InterruptedException {
    Instant start = clock.instant();
    ClusterState state = reader.read();
    Map<String, Map<TopicPartition, Watched>> still = new HashMap<>();
    Map<TopicPartition, NavigableSet<Long>> offsets = new HashMap<>();
    Set<String> lagging = new TreeSet<>();
    for (Group group : state.groups()) {
      Map<TopicPartition, Watched> before = watched.getOrDefault(group.name(), Map.of());
      Map<TopicPartition, Watched> now = new HashMap<>();
      still.put(group.name(), now);
      group
          .positions()
          .forEach(
              (partition, position) -> {
                Watched each = before.getOrDefault(partition, new Watched(options.window()));
                now.put(partition, each);
                Log log = state.logs().get(partition);
                if (log == null) {
                  return;
                }
                each.readsUncommitted |= position > log.stable();
                if (lag(position, log, each) > 0) {
                  lagging.add(partition.topic());
                  offsets
                      .computeIfAbsent(partition, any -> new TreeSet<>())
                      .add(Math.max(position, log.low()));
                }
              });
    }
    // What could not be read this time is remembered.
    for (Problem problem : state.problems()) {
      Map<TopicPartition, Watched> before = watched.get(problem.subject());
      if (before != null) {
        still.putIfAbsent(problem.subject(), before);
      }
    }
    watched = still;
    retention.read(lagging);
    Map<TopicPartition, Map<Long, Long>> read = times.read(offsets, state.logs());
    Map<String, List<TopicPartition>> byTopic =
        state.logs().keySet().stream()
            .sorted(comparingInt(TopicPartition::partition))
            .collect(groupingBy(TopicPartition::topic));
    List<Report.Group> groups =
        state.groups().stream()
            .map(group -> group(group, state, byTopic, read))
            .sorted(WORST_FIRST)
            .toList();
    return new Report(
        options.cluster(),
        state.at(),
        Duration.between(start, clock.instant()).toMillis(),
        groups,
        state.problems());
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
      Map<TopicPartition, Map<Long, Long>> times) {
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
                  state.at().toEpochMilli()));
    }
    return new Report.Group(
        group.name(),
        group.members().type(),
        group.members().state(),
        group.members().count(),
        partitions);
  }

  private Report.Partition unread(Group group, TopicPartition partition, Log log) {
    return new Report.Partition(
        partition.topic(),
        partition.partition(),
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
        Status.NOT_FOUND,
        Report.Trend.UNKNOWN,
        0,
        0);
  }

  private Report.Partition partition(
      Group group,
      TopicPartition partition,
      long position,
      Log log,
      Map<Long, Long> times,
      long now) {
    Watched each = watched.get(group.name()).get(partition);
    long lag = lag(position, log, each);
    Long time = lag == 0 ? null : times.get(Math.max(position, log.low()));
    boolean readable = lag > 0 && (time == null || time != RecordTimes.NOTHING);
    boolean owned = group.members().assigned().contains(partition);
    each.evaluator.add(position, lag, readable, owned, now);
    Double seconds =
        readable ? (time == null ? null : Math.max(0, now - time) / 1000.0) : (Double) 0.0;
    Status status = each.evaluator.status(options.interval());
    OptionalLong kept = retention.millis(partition.topic());
    return new Report.Partition(
        partition.topic(),
        partition.partition(),
        position,
        log.low(),
        end(log, each),
        log.high() - end(log, each),
        lag,
        seconds,
        Math.max(0, log.low() - position),
        kept.isPresent() ? (Long) (kept.getAsLong() / 1000) : null,
        owned,
        Instant.ofEpochMilli(each.evaluator.lastMove()),
        status,
        each.evaluator.trend(status),
        each.evaluator.consumed(),
        each.evaluator.produced());
  }
}

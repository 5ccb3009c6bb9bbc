package io.hydra.infra.lag;

import io.hydra.runtime.text.Counts;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;

/** Says in one sentence what is wrong with a group, and what to do. */
final class Diagnosis {
  private static final String RECORD = "record";
  private static final long MINUTE = 60;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  private Diagnosis() {}

  /** The gravest thing that can be said of a group; null if nothing is wrong. */
  static String of(Report.Group group) {
    List<Report.Partition> partitions = group.partitions();
    Optional<Report.Partition> lost = worst(partitions, p -> p.lost() > 0);
    if (lost.isPresent()) {
      return "%s were deleted before they were read: keep the topic longer, or read faster"
          .formatted(
              Counts.of(partitions.stream().mapToLong(Report.Partition::lost).sum(), RECORD));
    }
    Optional<Report.Partition> stopped = worst(partitions, p -> p.status() == Status.STOP);
    if (stopped.isPresent()) {
      return stopped(group, stopped.get());
    }
    Optional<Report.Partition> stalled = worst(partitions, p -> p.status() == Status.STALL);
    if (stalled.isPresent()) {
      Report.Partition at = stalled.get();
      return "a member owns %s, but its offset has stood at %d since %s: that record may block it%s"
          .formatted(name(at), at.position(), time(at.lastMove()), expiry(at));
    }
    Optional<Report.Partition> back = worst(partitions, p -> p.status() == Status.REWIND);
    if (back.isPresent()) {
      return "its offset in %s went back to %d: records are read again"
          .formatted(name(back.get()), back.get().position());
    }
    Optional<Report.Partition> expiring = worst(partitions, Diagnosis::isExpiring);
    if (expiring.isPresent()) {
      return "is late in %s%s".formatted(name(expiring.get()), expiry(expiring.get()));
    }
    Optional<Report.Partition> behind = worst(partitions, p -> p.status() == Status.WARN);
    if (behind.isPresent()) {
      Report.Partition at = behind.get();
      return String.format(
          Locale.ROOT,
          "falls behind in %s: %.0f records/s are read, %.0f/s come in",
          name(at),
          at.consumedPerSecond(),
          at.producedPerSecond());
    }
    return harmless(group);
  }

  private static String stopped(Report.Group group, Report.Partition at) {
    if (at.read() != null && at.read() > at.position()) {
      return "%s is read up to %d, but nothing was committed since %s: its checkpoints do not complete"
          .formatted(name(at), at.read(), time(at.lastMove()));
    }
    if (group.members() == 0 && group.state() != GroupState.UNKNOWN) {
      return "no member, and %s has not moved since %s: start its consumer%s"
          .formatted(name(at), time(at.lastMove()), expiry(at));
    }
    boolean abandoned =
        group.state() == GroupState.STABLE
            && group.type() != GroupType.STREAMS
            && group.partitions().stream()
                .noneMatch(p -> p.owned() && p.topic().equals(at.topic()));
    if (abandoned) {
      return "abandoned: no member reads %s any more; if that is meant, delete its offsets there"
          .formatted(at.topic());
    }
    String cause = group.members() == 0 ? "" : ": its member does not commit";
    return "%s has not moved since %s%s%s"
        .formatted(name(at), time(at.lastMove()), cause, expiry(at));
  }

  private static String harmless(Report.Group group) {
    List<Report.Partition> partitions = group.partitions();
    if (group.state() == GroupState.PREPARING_REBALANCE
        || group.state() == GroupState.COMPLETING_REBALANCE) {
      return "rebalances";
    }
    if (partitions.isEmpty()) {
      return "has no offset in a topic that exists: it has committed none, or its topic was deleted";
    }
    boolean waits =
        group.lag() != null
            && group.lag() > 0
            && group.members() == 0
            && group.state() != GroupState.UNKNOWN;
    if (waits && group.lastMember() != null) {
      return "no member since %s: start its consumer".formatted(time(group.lastMember()));
    }
    Optional<Report.Partition> overdue = worst(partitions, Report.Partition::overdue);
    if (waits && overdue.isPresent()) {
      return stopped(group, overdue.get());
    }
    if (waits && group.unread() != null && 2 * group.unread() < group.lag()) {
      return "has read all%s; the checkpoint that commits %s is still to come"
          .formatted(
              group.unread() == 0 ? "" : " but " + Counts.of(group.unread(), RECORD),
              Counts.of(group.lag() - group.unread(), RECORD));
    }
    Optional<Report.Partition> pending = worst(partitions, p -> p.pending() > 0 && p.lag() != null);
    if (pending.isPresent()) {
      return "%s in %s wait for an open transaction"
          .formatted(Counts.of(pending.get().pending(), RECORD), name(pending.get()));
    }
    Double catchUp = group.catchUpSeconds();
    if (catchUp != null && catchUp >= 1) {
      return "catches up in " + span(catchUp);
    }
    if (waits) {
      return partitions.stream().anyMatch(p -> p.consumedPerSecond() > 0)
          ? "commits without a member, as Flink does: its offsets move with checkpoints only"
          : "has no member";
    }
    List<Report.Partition> without =
        partitions.stream().filter(p -> p.position() == null && p.end() > p.low()).toList();
    return without.isEmpty()
        ? null
        : "has committed nothing yet in %d of %d partitions, which hold %s"
            .formatted(
                without.size(),
                partitions.size(),
                Counts.of(without.stream().mapToLong(p -> p.end() - p.low()).sum(), RECORD));
  }

  /** Half of the time for which its topic keeps it is over, and the lag does not shrink. */
  private static boolean isExpiring(Report.Partition partition) {
    return partition.expiresInSeconds() != null
        && partition.lagSeconds() * 2 > partition.retentionSeconds()
        && partition.catchUpSeconds() == null;
  }

  private static String expiry(Report.Partition partition) {
    return partition.expiresInSeconds() == null
        ? ""
        : "; the first record not read expires in " + span(partition.expiresInSeconds());
  }

  /** The one that lags most. */
  private static Optional<Report.Partition> worst(
      List<Report.Partition> partitions, Predicate<Report.Partition> which) {
    return partitions.stream()
        .filter(which)
        .max(Comparator.comparingLong(p -> p.lag() == null ? 0 : p.lag()));
  }

  private static String time(Instant moment) {
    return moment.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String name(Report.Partition partition) {
    return partition.topic() + "-" + partition.partition();
  }

  /** A length of time with one unit. */
  static String span(double seconds) {
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    if (seconds < 2 * MINUTE) {
      return String.format(Locale.ROOT, "%.0f s", seconds);
    }
    if (seconds < 2 * HOUR) {
      return String.format(Locale.ROOT, "%.0f min", seconds / MINUTE);
    }
    return seconds < 2 * DAY
        ? String.format(Locale.ROOT, "%.0f h", seconds / HOUR)
        : String.format(Locale.ROOT, "%.0f d", seconds / DAY);
  }
}

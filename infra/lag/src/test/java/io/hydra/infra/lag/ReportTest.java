package io.hydra.infra.lag;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.lag.Report.Trend;
import io.hydra.infra.lag.cluster.ClusterState.Problem;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.junit.jupiter.api.Test;

/** A report as Prometheus, people and programs read it. */
class ReportTest {
  private static final Instant AT = Instant.parse("2026-01-01T10:42:05Z");

  private static Report.Partition partition(
      Long position, Long lag, Double seconds, Status status) {
    return partition(position, null, lag, seconds, status);
  }

  private static Report.Partition partition(
      Long position, Long read, Long lag, Double seconds, Status status) {
    return partition(position, read, lag, seconds, status, false);
  }

  private static Report.Partition partition(
      Long position, Long read, Long lag, Double seconds, Status status, boolean overdue) {
    return new Report.Partition(
        "orders",
        3,
        position,
        read,
        0,
        100,
        2,
        lag,
        seconds,
        0,
        3_600L,
        true,
        AT,
        overdue,
        status,
        Trend.STEADY,
        2,
        3);
  }

  private static Report.Group group(GroupType type, Report.Partition... partitions) {
    return new Report.Group("pay\"ments", type, GroupState.STABLE, 1, null, List.of(partitions));
  }

  private static Report report(Report.Group group) {
    return new Report(
        "main", AT, 12, 7, List.of(group), List.of(new Problem("secret", "may not be read")));
  }

  private static List<String> series(Report report) throws IOException {
    StringWriter text = new StringWriter();
    LagMetrics.write(report, text);
    return text.toString().lines().filter(line -> !line.startsWith("#")).toList();
  }

  @Test
  void seriesHaveTheNamesOfTheField() throws IOException {
    Report report = report(group(GroupType.CONSUMER, partition(60L, 40L, 12.5, Status.STALL)));
    String labels =
        "{cluster_name=\"main\",group=\"pay\\\"ments\",topic=\"orders\",partition=\"3\"} ";

    assertThat(series(report))
        .contains(
            "kafka_consumergroup_group_offset" + labels + "60",
            "kafka_consumergroup_group_lag" + labels + "40",
            "kafka_consumergroup_group_lag_seconds" + labels + "12.5",
            "kafka_consumergroup_group_lag_retention_ratio" + labels + "40.0",
            "kafka_consumergroup_group_state{cluster_name=\"main\",group=\"pay\\\"ments\"} 3",
            "burrow_kafka_consumer_status{cluster=\"main\",consumer_group=\"pay\\\"ments\"} 3",
            "kafka_partition_latest_offset{cluster_name=\"main\",topic=\"orders\",partition=\"3\"} 102",
            "hydra_lag_problems{cluster_name=\"main\"} 1");
  }

  @Test
  void whatIsNotKnownHasNoSeries() throws IOException {
    assertThat(
            series(
                report(group(GroupType.CONSUMER, partition(null, null, null, Status.NOT_FOUND)))))
        .noneMatch(line -> line.startsWith("kafka_consumergroup_group_offset"))
        .noneMatch(line -> line.startsWith("kafka_consumergroup_group_lag"))
        .noneMatch(line -> line.contains("max_lag_seconds"))
        .noneMatch(line -> line.contains("null"));
  }

  @Test
  void aLagOfUnknownAgeIsNotNone() throws IOException {
    Report.Partition caughtUp = partition(100L, 0L, 0.0, Status.OK);
    Report.Partition unknown = partition(60L, 40L, null, Status.OK);
    Report.Partition late = partition(60L, 40L, 12.5, Status.OK);
    Report.Group lagging = group(GroupType.CLASSIC, caughtUp, unknown);

    assertThat(lagging.lagSeconds()).isNull();
    assertThat(series(report(lagging))).noneMatch(line -> line.contains("max_lag_seconds"));
    assertThat(Overview.Group.of(lagging, List.of()).topics().get("orders").seconds()).isNull();
    assertThat(group(GroupType.CLASSIC, caughtUp, unknown, late).lagSeconds()).isEqualTo(12.5);
    assertThat(
            group(GroupType.CLASSIC, caughtUp, partition(null, null, null, Status.NOT_FOUND))
                .lagSeconds())
        .isZero();
  }

  @Test
  void aShareGroupsLagHasNamesOfItsOwn() throws IOException {
    assertThat(series(report(group(GroupType.SHARE, partition(60L, 40L, 12.5, Status.OK)))))
        .noneMatch(line -> line.startsWith("kafka_consumergroup_group_lag"))
        .anyMatch(
            line -> line.startsWith("kafka_sharegroup_lag_seconds") && line.endsWith(" 12.5"));
  }

  @Test
  void theTableSaysWhy() {
    Report report = report(group(GroupType.CONSUMER, partition(60L, 40L, 12.5, Status.STALL)));

    assertThat(LagTable.of(report, true))
        .isEqualTo(
            """
            GROUP       STATE   STATUS  LAG  BEHIND  TREND   WHY
            pay"ments   stable  error    40    13 s  steady  a member owns orders-3, but its offset has stood at 60 since 2026-01-01T10:42:05Z: that record may block it; the first record not read expires in 60 min
              orders-3  at 60   stall    40    13 s  steady
            not read: secret may not be read
            """);
  }

  private static String whyWithoutMember(Long read, boolean overdue) {
    return new Report.Group(
            "flink",
            GroupType.CLASSIC,
            GroupState.EMPTY,
            0,
            null,
            List.of(partition(60L, read, 5L, 11.0, Status.OK, overdue)))
        .why();
  }

  @Test
  void whoCommitsWithoutAMemberAndCeasesToIsToldBeforeItIsJudgedToHaveStopped() {
    assertThat(whyWithoutMember(null, false)).doesNotContain("no member");
    assertThat(whyWithoutMember(null, true))
        .startsWith("no member, and orders-3 has not moved since 2026-01-01T10:42:05Z");
    assertThat(whyWithoutMember(99L, false)).startsWith("has read all but");
    assertThat(whyWithoutMember(99L, true)).endsWith("its checkpoints do not complete");
  }

  @Test
  void whatIsReadAndNotYetCommittedIsToldApart() throws IOException {
    Report.Group flink =
        new Report.Group(
            "flink",
            GroupType.CLASSIC,
            GroupState.EMPTY,
            0,
            null,
            List.of(partition(60L, 90L, 40L, 3.0, Status.OK)));

    assertThat(flink.unread()).isEqualTo(10);
    assertThat(flink.why())
        .isEqualTo(
            "has read all but 10 records; the checkpoint that commits 30 records is still to come");
    assertThat(LagTable.of(report(flink), true)).contains("committed 60, read up to 90");
    assertThat(report(flink).toJson()).contains("\"unread\":10");
    assertThat(group(GroupType.CLASSIC, partition(60L, 40L, 3.0, Status.OK)).unread()).isNull();
  }

  @Test
  void aReaderThatGoesOnAndNoLongerCommitsIsNotTakenForOneThatStopped() {
    assertThat(group(GroupType.CLASSIC, partition(60L, 90L, 40L, 3.0, Status.STOP)).why())
        .isEqualTo(
            "orders-3 is read up to 90, but nothing was committed since 2026-01-01T10:42:05Z: its"
                + " checkpoints do not complete");
  }

  @Test
  void aGroupWithoutAnOffsetIsExplained() {
    assertThat(group(GroupType.CLASSIC).why())
        .isEqualTo(
            "has no offset in a topic that exists: it has committed none, or its topic was deleted");
  }

  @Test
  void aLagHalfAsOldAsItsTopicKeepsRecordsIsTold() {
    assertThat(group(GroupType.CONSUMER, partition(60L, 40L, 1_900.0, Status.OK)).why())
        .isEqualTo("is late in orders-3; the first record not read expires in 28 min");
  }

  @Test
  void programsReadWhatIsDerivedToo() throws IOException {
    Report report = report(group(GroupType.CONSUMER, partition(60L, 40L, 12.5, Status.STALL)));

    assertThat(report.toJson())
        .contains("\"at\":\"2026-01-01T10:42:05Z\"", "\"why\":\"a member", "\"lag\":40")
        .contains("\"expiresInSeconds\":3587.5", "\"catchUpSeconds\":null");
    assertThat(Report.parse(report.toJson())).isEqualTo(report);
  }
}

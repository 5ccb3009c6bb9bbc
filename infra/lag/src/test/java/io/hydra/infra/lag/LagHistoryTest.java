package io.hydra.infra.lag;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.junit.jupiter.api.Test;

/** Ten minutes of lag, and how fast topics grow. */
class LagHistoryTest {
  private static final Instant START = Instant.parse("2026-01-01T10:00:00Z");

  private final LagHistory history = new LagHistory(Duration.ofSeconds(2));
  private final TopicRates rates = new TopicRates(Duration.ofSeconds(2));

  private static Instant at(int second) {
    return START.plusSeconds(second);
  }

  private static Report.Partition partition(int number, Double seconds, long end) {
    return new Report.Partition(
        "orders",
        number,
        0L,
        null,
        0,
        end,
        0,
        end,
        seconds,
        0,
        null,
        true,
        START,
        false,
        Status.OK,
        Report.Trend.STEADY,
        0,
        0);
  }

  private static Report report(int second, String group, Report.Partition... partitions) {
    return new Report(
        "main",
        at(second),
        1,
        1,
        List.of(
            new Report.Group(
                group, GroupType.CLASSIC, GroupState.STABLE, 1, null, List.of(partitions))),
        List.of());
  }

  private void lag(int second, Double seconds) {
    history.add(report(second, "g", partition(0, seconds, 1)));
  }

  private List<Float> tail(int second, int points) {
    List<Float> all = history.of("g", at(second));
    assertThat(all).hasSize(60);
    return all.subList(60 - points, 60);
  }

  @Test
  void aSlotHoldsItsLargestLag() {
    lag(0, 1.0);
    lag(2, 5.0);
    lag(4, 2.0);
    lag(10, 0.0);

    assertThat(tail(11, 3)).containsExactly(null, 5f, 0f);
  }

  @Test
  void whatWasNotReadIsAGapAndNotZero() {
    lag(0, 1.0);
    lag(30, 2.0);
    lag(40, null);

    assertThat(tail(31, 4)).containsExactly(1f, null, null, 2f);
    assertThat(tail(55, 3)).as("nothing was read since").containsExactly(2f, null, null);
  }

  @Test
  void aSlotThatHasJustBegunDoesNotShowYet() {
    lag(8, 3.0);

    assertThat(tail(10, 1)).containsExactly(3f);
  }

  @Test
  void tenMinutesAreKeptAndNoMore() {
    for (int second = 0; second < 2_000; second += 2) {
      lag(second, (double) second);
    }
    List<Float> all = history.of("g", at(1_999));

    assertThat(all.get(0)).isEqualTo(1_408);
    assertThat(all.get(59)).isEqualTo(1_998);
    assertThat(history.of("g", at(2_600))).containsOnlyNulls();
    assertThat(history.of("unknown", at(0))).containsOnlyNulls();
  }

  @Test
  void groupsThatAreGoneMakeRoomForOthers() {
    IntStream.range(0, LagHistory.MAX_GROUPS)
        .forEach(i -> history.add(report(0, "old" + i, partition(0, 1.0, 1))));
    lag(300, 7.0);
    assertThat(tail(300, 1)).as("no room").containsOnlyNulls();

    lag(600, 7.0);
    assertThat(tail(600, 1)).containsExactly(7f);
  }

  @Test
  void aLongIntervalHasLongSlots() {
    LagHistory slow = new LagHistory(Duration.ofMinutes(1));

    assertThat(slow.of("g", START)).as("slots of two minutes").hasSize(5);
  }

  @Test
  void topicsGrowByTheirEnds() {
    rates.add(report(0, "g", partition(0, 0.0, 100), partition(1, 0.0, 100)));
    assertThat(rates.perSecond()).isEmpty();

    rates.add(report(10, "g", partition(0, 0.0, 120), partition(1, 0.0, 130)));
    assertThat(rates.perSecond()).containsExactly(Map.entry("orders", 5.0));
  }

  @Test
  void aPartitionThatWasNotReadOrWasMadeAnewAddsNothing() {
    rates.add(report(0, "g", partition(0, 0.0, 100), partition(2, 0.0, 100)));
    rates.add(
        report(10, "g", partition(0, 0.0, 110), partition(1, 0.0, 90_000), partition(2, 0.0, 3)));

    assertThat(rates.perSecond()).containsExactly(Map.entry("orders", 1.0));
  }

  @Test
  void ratesAreThoseOfTheLastHalfMinute() {
    rates.add(report(0, "g", partition(0, 0.0, 0)));
    rates.add(report(100, "g", partition(0, 0.0, 1_000)));
    rates.add(report(120, "g", partition(0, 0.0, 1_020)));

    assertThat(rates.perSecond()).containsExactly(Map.entry("orders", 1.0));
  }

  @Test
  void aClockThatIsSetBackBeginsAnew() {
    rates.add(report(500, "g", partition(0, 0.0, 0)));
    rates.add(report(510, "g", partition(0, 0.0, 100)));
    rates.add(report(490, "g", partition(0, 0.0, 120)));
    assertThat(rates.perSecond()).isEmpty();
    rates.add(report(490, "g", partition(0, 0.0, 130)));
    assertThat(rates.perSecond()).as("no time passed").isEmpty();

    rates.add(report(500, "g", partition(0, 0.0, 180)));
    assertThat(rates.perSecond()).containsExactly(Map.entry("orders", 5.0));
  }
}

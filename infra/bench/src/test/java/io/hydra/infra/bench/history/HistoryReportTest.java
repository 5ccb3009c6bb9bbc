package io.hydra.infra.bench.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.bench.figure.CpuTimes;
import io.hydra.infra.bench.figure.Figures.Quantiles;
import io.hydra.infra.bench.history.HistoryReport.Figure;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HistoryReportTest {
  private final HistoryReport report =
      new HistoryReport(
          2,
          1.5,
          "5 users",
          List.of(
              Figure.of("Redis alone", 123_456.7, "events/s", "ceiling"),
              Figure.atLeast("sustained", 51_000, "events/s", 50_000, ""),
              Figure.atLeast("of the bare consumer", 0.55, "×", 0.6, ""),
              Figure.atMost("p99", 51.2, "ms", 50, ""),
              Figure.atLeast("never measured", Double.NaN, "events/s", 50_000, "")),
          List.of(
              CpuTimes.Use.between(
                  "job",
                  1e6,
                  new CpuTimes(0, Map.of("redis", 1.0), 10),
                  new CpuTimes(10_000_000_000L, Map.of("redis", 6.0), 20))));

  @Test
  void marksWhatIsMissedInAnAlignedTable() {
    assertThat(report.text().lines())
        .contains("5 users")
        .contains(
            "Redis alone           123,457  events/s                    ceiling",
            "sustained              51,000  events/s  ≥ 50,000: met",
            "of the bare consumer     0.55  ×         ≥ 0.60: MISSED",
            "p99                      51.2  ms        ≤ 50.0: MISSED",
            "never measured              -  events/s  ≥ 50,000: MISSED");
  }

  @Test
  void tellsWhoUsedTheProcessors() {
    CpuTimes.Use job = report.cpu().get(0);
    assertThat(job.processors()).containsEntry("redis", 0.5).containsEntry("everything else", 0.5);
    assertThat(job.microsPerEvent()).containsEntry("redis", 5.0);
    assertThat(report.text()).contains("µs of CPU an event", "everything else");
  }

  @Test
  void quantilesAreOfTheNearestRank() {
    Quantiles of = Quantiles.of(IntStream.rangeClosed(1, 2000).asDoubleStream());
    assertThat(of).isEqualTo(new Quantiles(2000, 1000, 1980, 1998, 2000));
    assertThat(Quantiles.of(DoubleStream.empty()).p99()).isNaN();
  }

  @Test
  void redisTellsItsMemory() {
    assertThat(
            Written.value("# Memory\r\nused_memory:1024\r\nused_memory_rss:9\r\n", "used_memory"))
        .isEqualTo(1024);
  }
}

package io.hydra.infra.lag.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.hydra.infra.lag.services.Figures.Counter;
import io.hydra.infra.lag.services.Figures.Distribution;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rates and quantiles over the scrapes of a minute. */
class WindowTest {
  private final Window window = new Window();

  private static void scrape(Window window, int second, String text) {
    window.add(Scrape.of(text, nanos(second)));
  }

  private static long nanos(int second) {
    return Duration.ofSeconds(second).toNanos();
  }

  private void scrape(int second, String text) {
    scrape(window, second, text);
  }

  private Figures figures() {
    return Figures.of(List.of(window));
  }

  private Counter counter(String label) {
    return figures().counters().get("hydra_x_total").get(label);
  }

  @Test
  void aRateNeedsTwoScrapes() {
    scrape(0, "hydra_x_total 7");
    assertThat(counter("")).isEqualTo(new Counter(7, null));

    scrape(10, "hydra_x_total 12");
    assertThat(counter("")).isEqualTo(new Counter(12, 0.5));
  }

  @Test
  void whatStandsStillHasTheRateZero() {
    scrape(0, "hydra_x_total 7");
    scrape(10, "hydra_x_total 7");
    assertThat(counter("")).isEqualTo(new Counter(7, 0.0));
  }

  @Test
  void aRestartIsNoNegativeRate() {
    scrape(0, "hydra_x_total 100");
    scrape(5, "hydra_x_total 110");
    scrape(10, "hydra_x_total 4");
    assertThat(counter("")).isEqualTo(new Counter(4, 1.4));
  }

  @Test
  void theFirstFailureCounts() {
    scrape(0, "hydra_x_total{status=\"OK\"} 7");
    scrape(10, "hydra_x_total{status=\"OK\"} 7\nhydra_x_total{status=\"FAILED\"} 1");
    assertThat(counter("FAILED")).isEqualTo(new Counter(1, 0.1));
  }

  @Test
  void afterAMinuteWithoutAScrapeNothingIsKnown() {
    scrape(0, "hydra_x_total 7");
    scrape(50, "hydra_x_total 8");
    scrape(70, "hydra_x_total 10");
    assertThat(counter("")).isEqualTo(new Counter(10, 0.1));

    window.expire(nanos(131));
    assertThat(figures().counters()).isEmpty();
  }

  @Test
  void replicasAndSubtasksAreSummedAndGaugesHaveNoRate() {
    Window other = new Window();
    String metric = "flink_taskmanager_job_task_operator_hydra_events_total";
    for (int second : new int[] {0, 10}) {
      String of = "{subtask_index=\"%d\",task_name=\"t\"} " + second;
      scrape(second, metric + of.formatted(0) + "\n" + metric + of.formatted(1));
      scrape(other, second, metric + of.formatted(0) + "\nhydra_waiting 3");
    }
    Figures both = Figures.of(List.of(window, other));

    assertThat(both.counters().get(metric).get("")).isEqualTo(new Counter(30, 3.0));
    assertThat(both.gauges().get("hydra_waiting").get("")).isEqualTo(3);
  }

  @Test
  void quantilesAreThoseOfTheLastMinute() {
    // Flink's way and Micrometer's.
    for (String part : List.of("_bucket", "_le_bucket")) {
      Window each = new Window();
      String line = "hydra_s_seconds" + part + "{stage=\"llm\",le=\"%s\"} %d\n";
      scrape(
          each, 0, line.formatted("0.1", 5) + line.formatted("1.0", 5) + line.formatted("+Inf", 5));
      scrape(
          each,
          10,
          line.formatted("0.1", 55) + line.formatted("1.0", 95) + line.formatted("+Inf", 105));

      Distribution found =
          Figures.of(List.of(each)).distributions().get("hydra_s_seconds").get("llm");

      assertThat(found.perSecond()).isEqualTo(10);
      assertThat(found.p50()).isCloseTo(0.1, within(1e-9));
      assertThat(found.p95()).as("beyond the last bound").isEqualTo(1);
      assertThat(found.p99()).isEqualTo(1);
    }
  }

  @Test
  void aQuantileLiesEvenlyWithinItsBucket() {
    scrape(0, "hydra_s_bucket{le=\"1\"} 0\nhydra_s_bucket{le=\"+Inf\"} 0");
    scrape(1, "hydra_s_bucket{le=\"1\"} 8\nhydra_s_bucket{le=\"+Inf\"} 8");
    assertThat(figures().distributions().get("hydra_s").get("").p50()).isEqualTo(0.5);
  }

  @Test
  void withoutObservationsThereIsNoQuantileAndTheRateIsZero() {
    String text = "hydra_s_bucket{le=\"1\"} 8\nhydra_s_bucket{le=\"+Inf\"} 8";
    scrape(0, text);
    assertThat(figures().distributions().get("hydra_s").get("")).isEqualTo(Distribution.UNKNOWN);

    scrape(1, text);
    assertThat(figures().distributions().get("hydra_s").get(""))
        .isEqualTo(new Distribution(0.0, null, null, null));
  }

  @Test
  void metricsOfLibrariesAreLeftOutAndManySeriesRefused() {
    assertThat(Scrape.of("jvm_memory_used_bytes 1\nhydra_s_sum 2\nhydra_s_count 2", 0).values())
        .isEmpty();
    String many =
        IntStream.rangeClosed(0, Scrape.MAX_SERIES)
            .mapToObj(i -> "hydra_x_total{topic=\"" + i + "\"} 1\n")
            .collect(Collectors.joining());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Scrape.of(many, 0))
        .withMessage("more than 1,000 series");
  }
}

package io.hydra.stream.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Properties;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.SimpleCounter;
import org.junit.jupiter.api.Test;

class LocalReporterTest {
  private final RecordedMetrics metrics = new RecordedMetrics();

  @Test
  void seriesHaveTheNamesAndLabelsOfFlinksOwnReporter() {
    var requests = metrics.task().addGroup("hydra").addGroup("requests");
    requests.addGroup("reason", "count").counter("total").inc(3);
    requests.addGroup("reason", "delay").counter("total").inc(2);
    assertThat(metrics.text())
        .contains("# TYPE flink_taskmanager_job_task_hydra_requests_reason_total counter\n")
        .containsOnlyOnce("# TYPE flink_taskmanager_job_task_hydra_requests_reason_total")
        .containsPattern(
            "\n"
                + "flink_taskmanager_job_task_hydra_requests_reason_total\\{host=\"localhost\",job_id=.*reason=\"count\",.*task_name=\"a"
                + " \\\\\"task\\\\\"\",.*} 3\n");
    assertThat(metrics.scrape().sum("requests_reason_total", "reason=\"delay\"")).isEqualTo(2);
  }

  @Test
  void whatIsNoNumberOrFailsIsLeftOut() {
    var group = metrics.task().addGroup("hydra");
    group.gauge("text", (Gauge<String>) () -> "text");
    group.gauge("nothing", (Gauge<Long>) () -> null);
    group.gauge(
        "broken",
        (Gauge<Long>)
            () -> {
              throw new IllegalStateException("not yet");
            });
    group.gauge("away", (Gauge<Boolean>) () -> true);
    Scrape scrape = metrics.scrape();
    assertThat(scrape.sum("away")).isEqualTo(1);
    assertThat(scrape.has("text") || scrape.has("nothing") || scrape.has("broken")).isFalse();
  }

  @Test
  void aRestartedTasksSeriesOutlivesTheOldTasksEnd() {
    PrometheusText text = new PrometheusText();
    var group = RecordedMetrics.seen(metrics.task().addGroup("hydra"));
    SimpleCounter old = new SimpleCounter();
    SimpleCounter fresh = new SimpleCounter();
    text.add(old, "events", group);
    text.add(fresh, "events", group);
    text.remove(old, "events", group);
    fresh.inc();
    assertThat(new Scrape(text.render()).sum("events")).isEqualTo(1);
    text.remove(fresh, "events", group);
    assertThat(text.render()).isEmpty();
  }

  @Test
  void theMeaningOfAnOwnMetricIsItsHelp() {
    var operator = metrics.task().getOrAddOperator("an operator");
    HydraMetric.EVENTS.counter(operator).inc();
    HydraMetric.FLUSH_SECONDS.histogram(operator).record(1);
    HydraMetric.EVENTS_IN_FLIGHT.gauge(operator, () -> 1);
    assertThat(metrics.text())
        .contains(
            "# HELP flink_taskmanager_job_task_operator_hydra_events_total Records read from"
                + " hydra.events.\n# TYPE flink_taskmanager_job_task_operator_hydra_events_total"
                + " counter\n")
        .contains("operator_hydra_events_in_flight Accepted and not yet acknowledged")
        .contains("operator_hydra_flush_seconds_le_bucket One round trip of writes")
        .contains("operator_hydra_flush_seconds_sum One round trip of writes");
    for (HydraMetric metric : HydraMetric.values()) {
      assertThat(HydraMetric.of(metric.definition().name())).hasValue(metric);
    }
  }

  @Test
  void whatTheNewestClusterReportedIsScraped() {
    LocalReporter reporter = new LocalReporter().createMetricReporter(new Properties());
    reporter.open(new MetricConfig());
    reporter.notifyOfAddedMetric(
        new SimpleCounter(), "events", RecordedMetrics.seen(metrics.task()));
    assertThat(new Scrape(LocalReporter.scrape()).names())
        .containsExactly("flink_taskmanager_job_task_events");
    new LocalReporter().open(new MetricConfig());
    assertThat(LocalReporter.scrape()).isEmpty();
  }
}

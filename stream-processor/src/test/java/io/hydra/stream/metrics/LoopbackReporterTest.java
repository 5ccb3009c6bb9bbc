package io.hydra.stream.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.SimpleCounter;
import org.junit.jupiter.api.Test;

class LoopbackReporterTest {
  private final RecordedMetrics metrics = new RecordedMetrics();

  private static MetricConfig port(int port) {
    MetricConfig config = new MetricConfig();
    config.setProperty(LoopbackReporter.PORT, Integer.toString(port));
    return config;
  }

  @Test
  void seriesHaveTheNamesAndLabelsOfFlinksOwnReporter() {
    var requests = metrics.task().addGroup("hydra").addGroup("requests");
    requests.addGroup("reason", "count").counter("total").inc(3);
    requests.addGroup("reason", "delay").counter("total").inc(2);
    assertThat(metrics.text())
        .contains("# TYPE flink_taskmanager_job_task_hydra_requests_reason_total counter\n")
        .containsOnlyOnce("# TYPE flink_taskmanager_job_task_hydra_requests_reason_total")
        .containsPattern(
            "\nflink_taskmanager_job_task_hydra_requests_reason_total\\{host=\"localhost\",job_id=.*reason=\"count\",.*task_name=\"a \\\\\"task\\\\\"\",.*} 3\n");
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
  void servesOnLoopbackAlone() throws Exception {
    LoopbackReporter reporter = new LoopbackReporter();
    reporter.open(port(0));
    try {
      reporter.notifyOfAddedMetric(
          new SimpleCounter(), "events", RecordedMetrics.seen(metrics.task()));
      assertThat(reporter.address().getAddress().isLoopbackAddress()).isTrue();
      URI url = URI.create("http://127.0.0.1:" + reporter.address().getPort() + "/metrics");
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type").orElse(""))
          .startsWith("text/plain; version=0.0.4");
      assertThat(new Scrape(response.body()).names())
          .containsExactly("flink_taskmanager_job_task_events");
    } finally {
      reporter.close();
    }
  }

  @Test
  void aTakenPortIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThatThrownBy(() -> new LoopbackReporter().open(port(taken.getLocalPort())))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("port " + taken.getLocalPort() + " for the metrics");
    }
  }
}

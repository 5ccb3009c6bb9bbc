package io.hydra.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.lag.LagMetrics;
import io.hydra.ingest.gateway.GatewayMetrics;
import io.hydra.runtime.metrics.Definition;
import io.hydra.runtime.metrics.RuntimeMetric;
import io.hydra.serving.metrics.ServingMetrics;
import io.hydra.stream.metrics.HydraMetric;
import io.hydra.trainer.head.TrainerMetrics;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetricsPageTest {
  private static final List<Definition> STREAM =
      Arrays.stream(HydraMetric.values()).map(HydraMetric::definition).toList();

  @Test
  void theTablesAreThoseOfTheCode() throws IOException {
    StringBuilder page =
        new StringBuilder(
            """
            # Metrics

            Every process serves `/metrics` on its operations port (`--ops-port`, `HYDRA_OPS_PORT`; in the
            embedded stack `metricsUrls` of `endpoints.json` lists the addresses). This page is generated from
            the code by `MetricsPageTest`. Further metrics keep the names of their libraries: the JVM's in every
            process, the Kafka clients' in serving and trainer, Kafka Streams' in the trainer, and Flink's in
            the stream processor. No label holds a user; a tenant stands in that of spent tokens alone.
            """);
    table(page, "Every process", RuntimeMetric.ALL);
    table(page, "Serving", ServingMetrics.ALL);
    table(page, "Trainer", TrainerMetrics.ALL);
    table(page, "Gateway", GatewayMetrics.ALL);
    table(page, "Lag monitor", LagMetrics.ALL);
    table(page, "Stream processor", STREAM);
    page.append(
        """

        The stream processor's are in Flink's registry, also on a cluster. A histogram there is made of counters
        `…_le_bucket` with the label `le` and `…_count`, and a gauge `…_sum`.
        """);
    GeneratedPage.holds("metrics.md", page.toString(), MetricsPageTest.class);
  }

  @Test
  void noNameStandsTwice() {
    assertThat(
            Stream.of(
                    RuntimeMetric.ALL,
                    ServingMetrics.ALL,
                    TrainerMetrics.ALL,
                    GatewayMetrics.ALL,
                    STREAM,
                    LagMetrics.ALL)
                .flatMap(List::stream)
                .map(Definition::name))
        .doesNotHaveDuplicates();
  }

  private static void table(StringBuilder page, String title, List<Definition> metrics) {
    page.append("\n## ").append(title).append("\n\n| name | kind | labels | unit | meaning |\n");
    page.append("|---|---|---|---|---|\n");
    for (Definition metric : metrics) {
      page.append(
          "| `%s` | %s | %s | %s | %s |%n"
              .formatted(
                  metric.name(),
                  metric.kind().name().toLowerCase(Locale.ROOT),
                  String.join(", ", metric.labels()),
                  metric.unit(),
                  metric.meaning()));
    }
  }
}

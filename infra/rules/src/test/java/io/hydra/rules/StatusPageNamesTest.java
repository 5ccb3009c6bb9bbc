package io.hydra.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.lag.FlinkPositions;
import io.hydra.infra.lag.LagMonitorMain;
import io.hydra.ingest.gateway.GatewayMetrics;
import io.hydra.runtime.metrics.Definition;
import io.hydra.runtime.metrics.RuntimeMetric;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import io.hydra.serving.metrics.ServingMetrics;
import io.hydra.stream.metrics.HydraMetric;
import io.hydra.trainer.head.TrainerMetrics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The lag monitor depends on no other program, so its page holds their names as text. */
class StatusPageNamesTest {
  private static final Pattern METRIC =
      Pattern.compile("[\"`]((?:hydra|gen_ai)_[a-z_]+|\\$\\{FLINK}[a-z_]+)[\"`]");
  private static final Pattern GROUP = Pattern.compile("\"(hydra-[a-z-]+)\"");
  private static final Pattern TOPIC = Pattern.compile("\"(hydra\\.[a-z.-]+)\"");

  private static final String FLINK = "flink_taskmanager_job_task_operator_hydra_";

  @Test
  void theStatusPageKnowsMetricsTopicsAndGroupsByTheirNames() throws IOException {
    String script;
    try (InputStream in = LagMonitorMain.class.getResourceAsStream("page/page.js")) {
      script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    Set<String> metrics =
        Stream.of(
                RuntimeMetric.ALL.stream(),
                ServingMetrics.ALL.stream(),
                TrainerMetrics.ALL.stream(),
                GatewayMetrics.ALL.stream(),
                Arrays.stream(HydraMetric.values()).map(HydraMetric::definition))
            .flatMap(all -> all)
            .map(Definition::name)
            .collect(Collectors.toSet());

    assertThat(script).contains("\"" + FLINK + "\"");
    assertThat(named(METRIC, script)).hasSizeGreaterThan(10).isSubsetOf(metrics);
    assertThat(named(GROUP, script)).isNotEmpty().isSubsetOf(ConsumerGroups.all());
    assertThat(FlinkPositions.GROUP).isEqualTo(ConsumerGroups.STREAM_PROCESSOR);
    assertThat(named(TOPIC, script))
        .isNotEmpty()
        .isSubsetOf(Arrays.stream(Topic.values()).map(Topic::topicName).toList());
  }

  private static List<String> named(Pattern pattern, String script) {
    return pattern
        .matcher(script)
        .results()
        .map((MatchResult found) -> found.group(1).replace("${FLINK}", FLINK))
        .toList();
  }
}

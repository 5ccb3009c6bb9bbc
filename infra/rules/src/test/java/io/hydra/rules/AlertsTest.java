package io.hydra.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.infra.lag.LagMetrics;
import io.hydra.ingest.gateway.GatewayMetrics;
import io.hydra.runtime.metrics.Definition;
import io.hydra.runtime.metrics.RuntimeMetric;
import io.hydra.serving.metrics.ServingMetrics;
import io.hydra.stream.metrics.HydraMetric;
import io.hydra.trainer.head.TrainerMetrics;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Alerts and dashboards name metrics and labels that are exposed, and every alert is explained.
 * Whether an alert fires when it should, {@code infra/alerts/check} tells.
 */
class AlertsTest {
  private static final Path INFRA = GeneratedPage.docs().resolveSibling("infra");
  private static final Path RULES = INFRA.resolve("alerts/hydra.rules.yml");

  /** Of every series, by Prometheus itself. */
  private static final Set<String> SCRAPED = Set.of("job", "instance");

  private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");
  private static final Pattern EXPRESSION =
      Pattern.compile("expr: (?:\\|\\n((?:\\s{10,}.*\\n)+)|(.*)\\n)");
  private static final Pattern SHOWN = Pattern.compile("\\$labels\\.(\\w+)|\\{\\{\\s*(\\w+)\\s*}}");

  /** The labels of each exposed name. */
  private final Map<String, Set<String>> exposed = exposed();

  private static Map<String, Set<String>> exposed() {
    Map<String, Set<String>> names = new HashMap<>();
    Stream.of(
            RuntimeMetric.ALL,
            ServingMetrics.ALL,
            TrainerMetrics.ALL,
            GatewayMetrics.ALL,
            LagMetrics.ALL)
        .flatMap(List::stream)
        .forEach(metric -> add(names, metric, "_bucket"));
    Arrays.stream(HydraMetric.values())
        .forEach(metric -> add(names, metric.definition(), "_le_bucket"));
    names.put("up", Set.of());
    try {
      for (String line : Files.readAllLines(INFRA.resolve("alerts/library-metrics.txt"))) {
        if (!line.startsWith("#")) {
          List<String> words = List.of(line.split(" ", -1));
          names.put(words.get(0), Set.copyOf(words.subList(1, words.size())));
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return names;
  }

  private static void add(Map<String, Set<String>> names, Definition metric, String buckets) {
    Set<String> labels = Set.copyOf(metric.labels());
    if (metric.kind() == Definition.Kind.HISTOGRAM) {
      Set<String> withBound = new HashSet<>(labels);
      withBound.add("le");
      names.put(metric.name() + buckets, withBound);
      names.put(metric.name() + "_count", labels);
      names.put(metric.name() + "_sum", labels);
    } else {
      names.put(metric.name(), labels);
    }
  }

  /** Faults in the names of an expression and of the text that shows its labels. */
  private List<String> unknown(String expression, String text) {
    PromQl names = PromQl.of(expression);
    List<String> unknown = new ArrayList<>();
    Set<String> labels = new HashSet<>(SCRAPED);
    for (String metric : names.metrics()) {
      if (exposed.containsKey(metric)) {
        labels.addAll(exposed.get(metric));
      } else {
        unknown.add(metric);
      }
    }
    Stream.concat(
            names.labels().stream(),
            SHOWN
                .matcher(text)
                .results()
                .map(found -> found.group(1) == null ? found.group(2) : found.group(1)))
        .filter(label -> !labels.contains(label))
        .forEach(label -> unknown.add(label + " of " + names.metrics()));
    return unknown;
  }

  @Test
  void alertsNameWhatIsExposed() throws IOException {
    List<String> unknown = new ArrayList<>();
    int alerts = 0;
    for (String rule : Files.readString(RULES).split("(?=- alert: )", -1)) {
      for (MatchResult found : EXPRESSION.matcher(rule).results().toList()) {
        alerts++;
        String expression = found.group(1) == null ? found.group(2) : found.group(1);
        unknown.addAll(unknown(expression, rule));
      }
    }
    assertThat(alerts).isEqualTo(alerts().size()).isGreaterThan(15);
    assertThat(unknown).isEmpty();
  }

  @Test
  void dashboardsNameWhatIsExposed() throws IOException {
    List<String> unknown = new ArrayList<>();
    int queries = 0;
    try (Stream<Path> files = Files.list(INFRA.resolve("dashboards"))) {
      for (Path file : files.toList()) {
        JsonNode dashboard = new ObjectMapper().readTree(file.toFile());
        assertThat(file.getFileName()).hasToString(dashboard.path("uid").asText() + ".json");
        for (JsonNode target :
            dashboard.findValues("targets").stream().flatMap(AlertsTest::each).toList()) {
          queries++;
          unknown.addAll(
              unknown(target.path("expr").asText(), target.path("legendFormat").asText()));
        }
      }
    }
    assertThat(queries).isGreaterThan(20);
    assertThat(unknown).isEmpty();
  }

  private static Stream<JsonNode> each(JsonNode array) {
    List<JsonNode> all = new ArrayList<>();
    array.forEach(all::add);
    return all.stream();
  }

  @Test
  void everyAlertIsExplainedAndHasCasesThatFireAndThatDoNot() throws IOException {
    List<String> sections =
        Files.readAllLines(GeneratedPage.docs().resolve("runbook.md")).stream()
            .filter(line -> line.startsWith("### "))
            .map(line -> line.substring(4))
            .toList();
    assertThat(sections).containsExactlyElementsOf(alerts());
    String rules = Files.readString(RULES);
    String cases = Files.readString(INFRA.resolve("alerts/hydra.rules.test.yml"));
    for (String alert : alerts()) {
      assertThat(rules).contains("runbook: docs/runbook.md#" + alert.toLowerCase(Locale.ROOT));
      assertThat(cases).contains("alertname: " + alert);
    }
  }

  /** Runs where Prometheus is installed, or {@code infra/alerts/check} has fetched it. */
  @Test
  void promtoolFindsEveryCaseAsItShouldBe() throws IOException, InterruptedException {
    Path fetched = INFRA.resolve("alerts/target/prometheus/usr/bin/promtool");
    boolean installed =
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool")));
    assumeTrue(installed || Files.isExecutable(fetched));
    Process check =
        new ProcessBuilder(INFRA.resolve("alerts/check").toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(check.waitFor()).as(said).isZero();
  }

  private static List<String> alerts() throws IOException {
    return ALERT.matcher(Files.readString(RULES)).results().map(found -> found.group(1)).toList();
  }
}

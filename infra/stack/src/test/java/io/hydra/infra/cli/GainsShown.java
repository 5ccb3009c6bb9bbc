package io.hydra.infra.cli;

import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.infra.output.Json;
import io.hydra.infra.stack.Endpoints;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;

/** The gains of answers as a running stack shows them: its status page, its metrics, its alerts. */
record GainsShown(Endpoints endpoints, Path dir, String task) {
  private static final OpsPages PAGES = new OpsPages();

  /** A bound of a cohort's gain on the status page; 0 while it is not known. */
  double bound(String which, String history) throws Exception {
    return Json.parse(page("/overview"), JsonNode.class)
        .at("/figures/gauges/hydra_trainer_gain_" + which)
        .path(history + " " + task)
        .asDouble();
  }

  /** The status page's parts on what to look at and on the worth of answers, as Node draws them. */
  String statusPage() throws Exception {
    assumeThat(Scripts.runs("node", "--version")).as("Node is there").isTrue();
    Path folder = Files.createTempDirectory(dir, "page");
    Files.writeString(
        folder.resolve("drawn.js"),
        page("/draw.js")
            + page("/plot.js")
            + page("/page.js")
            + "const drawn = view(%s, 0, null);".formatted(page("/overview"))
            + "console.log(JSON.stringify([drawn.attention, drawn.worth]));");
    return Scripts.output(folder, "node", "drawn.js");
  }

  /**
   * Holds what the trainer exposes against the rules of alerts: if it stays so, one alone fires,
   * for the cohort without events told.
   */
  void raiseTheAlertOfACohort(Path alerts) throws Exception {
    Path fetched = alerts.resolve("target/prometheus/usr/bin/promtool");
    String promtool = Files.isExecutable(fetched) ? fetched.toString() : "promtool";
    assumeThat(Scripts.runs(promtool, "--version")).as("promtool is there").isTrue();
    Path folder = Files.createTempDirectory(dir, "alert");
    Files.writeString(
        folder.resolve("gains.test.yml"),
        """
        rule_files: [%s]
        tests:
          - interval: 1m
            input_series:
        %s
            promql_expr_test:
              - eval_time: 12m
                expr: ALERTS{alertname=~"HydraCohortLoses|HydraPersonalizationHarms", alertstate="firing"}
                exp_samples:
                  - labels: 'ALERTS{alertname="HydraCohortLoses", alertstate="firing", history="no", instance="trainer", severity="warn", task="%s"}'
                    value: 1
        """
            .formatted(alerts.resolve("hydra.rules.yml"), series(), task));
    String unused = Scripts.output(folder, promtool, "test", "rules", "gains.test.yml");
  }

  private String series() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (String metrics : endpoints.metricsUrls()) {
      lines.append(PAGES.get(URI.create(metrics)));
    }
    return lines
        .toString()
        .lines()
        .filter(line -> line.startsWith("hydra_trainer_gain_"))
        .map(line -> line.split("} "))
        .map(
            part ->
                String.format(
                    Locale.ROOT,
                    "      - {series: '%s,instance=\"trainer\"}', values: '%.6fx15'}",
                    part[0],
                    Double.parseDouble(part[1])))
        .collect(Collectors.joining("\n"));
  }

  private String page(String path) throws Exception {
    return PAGES.get(URI.create(endpoints.statusUrl()).resolve(path));
  }
}

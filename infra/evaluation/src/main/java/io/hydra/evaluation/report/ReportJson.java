package io.hydra.evaluation.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydra.evaluation.metric.Comparison;
import io.hydra.evaluation.metric.Distribution;
import io.hydra.evaluation.metric.Distribution.Interval;
import io.hydra.evaluation.report.Report.Cost;
import java.io.UncheckedIOException;
import java.util.Map;

/** {@code report.json}: every figure, to six decimals, for programs. */
final class ReportJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ReportJson() {}

  static String of(Report report) {
    ObjectNode root = JSON.createObjectNode();
    root.put("task", report.task());
    root.set("facts", JSON.valueToTree(report.facts()));
    root.put("questions", report.all().questions());
    root.put("users", report.all().users());
    ObjectNode methods = root.putObject("methods");
    report.methods().forEach(method -> method(methods.putObject(method), report, method));
    versus(root, report, report.all());
    ArrayNode buckets = root.putArray("byHistoryLength");
    report.buckets().forEach(bucket -> bucket(buckets.addObject(), report, bucket));
    return print(root) + "\n";
  }

  /** Two spaces, and the same line ends on every system. */
  static String print(ObjectNode root) {
    DefaultIndenter indent = new DefaultIndenter("  ", "\n");
    try {
      return JSON.writer(
              new DefaultPrettyPrinter().withObjectIndenter(indent).withArrayIndenter(indent))
          .writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void method(ObjectNode node, Report report, String method) {
    Map<String, Distribution> pooled = report.all().pooled().get(method);
    values(node, pooled);
    values(node.putObject("byUser"), report.all().byUser().get(method));
    ObjectNode intervals = node.putObject("intervals");
    pooled.forEach((name, value) -> ends(intervals.putObject(name), value.interval()));
    Cost cost = report.costs().get(method);
    put(node, "llmCalls", cost.llmCalls());
    put(node, "promptTokens", cost.promptTokens());
    put(node, "completionTokens", cost.completionTokens());
    put(node, "llmCallsPerAnswer", cost.llmCallsPerAnswer());
    put(node, "promptTokensPerAnswer", cost.promptTokensPerAnswer());
    put(node, "completionTokensPerAnswer", cost.completionTokensPerAnswer());
    put(node, "secondsPerAnswer", cost.secondsPerAnswer());
  }

  private static void values(ObjectNode node, Map<String, Distribution> values) {
    values.forEach((name, value) -> put(node, name, value.value()));
  }

  private static void versus(ObjectNode parent, Report report, Comparison comparison) {
    if (report.others().isEmpty()) {
      return;
    }
    ObjectNode versus = parent.putObject("versus");
    for (String other : report.others()) {
      ObjectNode node = versus.putObject(other);
      differences(node, comparison.pooled(), other);
      differences(node.putObject("byUser"), comparison.byUser(), other);
    }
  }

  private static void differences(
      ObjectNode node, Map<String, Map<String, Distribution>> quality, String other) {
    for (String measure : quality.get(other).keySet()) {
      Distribution difference = Report.difference(quality, other, measure);
      ObjectNode entry = node.putObject(measure);
      put(entry, "difference", difference.value());
      ends(entry, difference.interval());
    }
  }

  private static void bucket(ObjectNode node, Report report, Report.Bucket bucket) {
    node.put("from", bucket.length().from());
    if (bucket.length().open()) {
      node.putNull("to");
    } else {
      node.put("to", bucket.length().to());
    }
    node.put("questions", bucket.comparison().questions());
    node.put("users", bucket.comparison().users());
    ObjectNode methods = node.putObject("methods");
    bucket.comparison().pooled().forEach((m, values) -> values(methods.putObject(m), values));
    versus(node, report, bucket.comparison());
  }

  private static void ends(ObjectNode node, Interval interval) {
    put(node, "low", interval.low());
    put(node, "high", interval.high());
  }

  private static void put(ObjectNode node, String name, double value) {
    double rounded = Math.round(value * 1e6) / 1e6;
    if (rounded == Math.rint(rounded)) {
      node.put(name, (long) rounded);
    } else {
      node.put(name, rounded);
    }
  }
}

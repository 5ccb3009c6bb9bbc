package io.hydra.evaluation.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydra.evaluation.metric.Comparison;
import io.hydra.evaluation.metric.Distribution;
import io.hydra.evaluation.metric.Distribution.Interval;
import io.hydra.evaluation.report.Report.Cost;
import java.util.Map;

/** {@code report.json}: every figure, to six decimals, for programs. */
final class ReportJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ReportJson() {}

  static ObjectNode of(Report report) {
    ObjectNode root = JSON.createObjectNode();
    root.put("task", report.task());
    root.set("facts", JSON.valueToTree(report.facts()));
    root.put("questions", report.all().questions());
    root.put("users", report.all().users());
    ObjectNode methods = root.putObject("methods");
    report.methods().forEach(method -> putMethod(methods.putObject(method), report, method));
    putVersus(root, report, report.all());
    report
        .rooms()
        .forEach((measure, room) -> putRoom(root.withObject("/room").putObject(measure), room));
    root.putArray("byHistoryLength");
    for (Report.Bucket bucket : report.buckets()) {
      putBucket(root.withArray("/byHistoryLength").addObject(), report, bucket);
    }
    root.putArray("byCohort");
    for (Report.Cohort cohort : report.cohorts()) {
      ObjectNode node = root.withArray("/byCohort").addObject().put("cohort", cohort.name());
      putComparison(node, report, cohort.comparison());
    }
    return root;
  }

  private static void putMethod(ObjectNode node, Report report, String method) {
    Map<String, Distribution> pooled = report.all().pooled().get(method);
    putValues(node, pooled);
    putValues(node.putObject("byUser"), report.all().byUser().get(method));
    ObjectNode intervals = node.putObject("intervals");
    pooled.forEach((name, value) -> putEnds(intervals.putObject(name), value.interval()));
    Cost cost = report.costs().get(method);
    put(node, "llmCalls", cost.llmCalls());
    put(node, "promptTokens", cost.promptTokens());
    put(node, "completionTokens", cost.completionTokens());
    Cost perAnswer = cost.perAnswer();
    put(node, "llmCallsPerAnswer", perAnswer.llmCalls());
    put(node, "promptTokensPerAnswer", perAnswer.promptTokens());
    put(node, "completionTokensPerAnswer", perAnswer.completionTokens());
    put(node, "secondsPerAnswer", perAnswer.seconds());
  }

  private static void putBucket(ObjectNode node, Report report, Report.Bucket bucket) {
    node.put("from", bucket.length().from());
    node.put("to", bucket.length().isOpen() ? null : (Integer) bucket.length().to());
    putComparison(node, report, bucket.comparison());
  }

  private static void putComparison(ObjectNode node, Report report, Comparison comparison) {
    node.put("questions", comparison.questions());
    node.put("users", comparison.users());
    ObjectNode methods = node.putObject("methods");
    comparison.pooled().forEach((m, values) -> putValues(methods.putObject(m), values));
    putVersus(node, report, comparison);
  }

  private static void putVersus(ObjectNode parent, Report report, Comparison comparison) {
    for (String other : report.others()) {
      ObjectNode node = parent.withObject("/versus").putObject(other);
      putDifferences(node, comparison.pooled(), other);
      putDifferences(node.putObject("byUser"), comparison.byUser(), other);
    }
  }

  private static void putRoom(ObjectNode node, Report.Room room) {
    put(node, "room", room.room().value());
    put(node, "share", room.share().value());
    putEnds(node, room.share().interval());
  }

  private static void putDifferences(
      ObjectNode node, Map<String, Map<String, Distribution>> quality, String other) {
    for (String measure : quality.get(other).keySet()) {
      Distribution difference = Report.difference(quality, other, measure);
      ObjectNode entry = node.putObject(measure);
      put(entry, "difference", difference.value());
      putEnds(entry, difference.interval());
    }
  }

  private static void putValues(ObjectNode node, Map<String, Distribution> values) {
    values.forEach((name, value) -> put(node, name, value.value()));
  }

  private static void putEnds(ObjectNode node, Interval interval) {
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

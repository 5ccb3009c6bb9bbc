package io.hydra.evaluation.report;

import io.hydra.evaluation.metric.Comparison;
import io.hydra.evaluation.metric.Distribution;
import io.hydra.evaluation.metric.Measure;
import io.hydra.evaluation.report.Report.Cost;
import io.hydra.evaluation.report.Table.Cell;
import io.hydra.evaluation.report.Table.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The tables that the Markdown report, the page and the console share. */
final class ReportTables {
  /** The methods whose quality is shown against the length of the history, if they were run. */
  static final List<String> FOLLOWED =
      List.of(Report.SUBJECT, "hydra-population", "rag", "hydra-paper", "zero-shot");

  private static final String MARKS =
      "*+ hydra is better than this method for certain, *- worse for certain"
          + " (the 95 % interval of the difference excludes 0).";

  private ReportTables() {}

  static Table facts(Report report) {
    List<List<Cell>> rows = new ArrayList<>();
    report
        .facts()
        .forEach((name, value) -> rows.add(List.of(Cell.text(name), Cell.text(plain(value)))));
    return new Table("What was measured", List.of("fact", "value"), rows, "");
  }

  static Table quality(Report report) {
    Comparison all = report.all();
    List<String> headers = new ArrayList<>(List.of("method"));
    all.measures().forEach(measure -> headers.add(measure.name()));
    perUser(all).forEach(measure -> headers.add(measure.name() + ", by user"));
    List<List<Cell>> rows = new ArrayList<>();
    for (String method : report.methods()) {
      List<Cell> row = new ArrayList<>(List.of(Cell.text(method)));
      all.measures().forEach(m -> row.add(value(report, all, all.pooled(), method, m)));
      perUser(all).forEach(m -> row.add(value(report, all, all.byUser(), method, m)));
      rows.add(row);
    }
    String note =
        (report.others().isEmpty() ? "" : MARKS + " ")
            + "By user: the mean over users of each one's own value; all else is over all questions"
            + " alike."
            + direction(all);
    return new Table("Quality", headers, rows, note);
  }

  /** Hydra minus each other method, pooled and averaged over users; none if it was not run. */
  static List<Table> differences(Report report) {
    if (report.others().isEmpty()) {
      return List.of();
    }
    Comparison all = report.all();
    return List.of(
        differences(
            report, "Hydra minus each other method, all questions", all.measures(), all.pooled()),
        differences(
            report,
            "Hydra minus each other method, averaged over users",
            perUser(all),
            all.byUser()));
  }

  private static Table differences(
      Report report,
      String title,
      List<Measure> measures,
      Map<String, Map<String, Distribution>> quality) {
    List<String> headers = new ArrayList<>(List.of("hydra minus"));
    measures.forEach(measure -> headers.add(measure.name()));
    List<List<Cell>> rows = new ArrayList<>();
    for (String other : report.others()) {
      List<Cell> row = new ArrayList<>(List.of(Cell.text(other)));
      for (Measure measure : measures) {
        Distribution difference = Report.difference(quality, other, measure.name());
        Kind kind = kind(report.all(), measure, difference);
        String text = Figures.difference(measure, difference);
        row.add(
            switch (kind) {
              case BETTER -> new Cell(text, "* better", kind);
              case WORSE -> new Cell(text, "* worse", kind);
              default -> Cell.number(text);
            });
      }
      rows.add(row);
    }
    return new Table(
        title,
        headers,
        rows,
        "Difference and 95 % interval. * the interval excludes 0: hydra is better, or worse, for"
            + " certain."
            + direction(report.all()));
  }

  static Table cost(Report report) {
    List<String> headers =
        List.of(
            "method",
            "LLM calls",
            "prompt tokens",
            "completion tokens",
            "seconds of LLM",
            "LLM calls in all");
    List<List<Cell>> rows = new ArrayList<>();
    for (String method : report.methods()) {
      Cost cost = report.costs().get(method);
      rows.add(
          List.of(
              Cell.text(method),
              Cell.number(Figures.decimal(cost.llmCallsPerAnswer(), 2)),
              Cell.number(Figures.decimal(cost.promptTokensPerAnswer(), 1)),
              Cell.number(Figures.decimal(cost.completionTokensPerAnswer(), 1)),
              Cell.number(Figures.decimal(cost.secondsPerAnswer(), 3)),
              Cell.number(count(cost.llmCalls()))));
    }
    return new Table(
        "Cost per answer",
        headers,
        rows,
        "As if each method had been run alone: a call that methods share counts for each of them."
            + " Means over the seeds.");
  }

  /** One table per measure: a row per length of history, a column per followed method. */
  static List<Table> history(Report report) {
    return report.all().measures().stream().map(measure -> history(report, measure)).toList();
  }

  private static Table history(Report report, Measure measure) {
    List<String> methods = followed(report);
    List<String> headers = new ArrayList<>(List.of("items seen", "questions", "users"));
    headers.addAll(methods);
    List<List<Cell>> rows = new ArrayList<>();
    for (Report.Bucket bucket : report.buckets()) {
      Comparison comparison = bucket.comparison();
      List<Cell> row =
          new ArrayList<>(
              List.of(
                  Cell.text(bucket.length().label()),
                  Cell.number(count(comparison.questions())),
                  Cell.number(count(comparison.users()))));
      methods.forEach(
          method -> row.add(value(report, comparison, comparison.pooled(), method, measure)));
      rows.add(row);
    }
    return new Table(
        measure.name() + " against history length",
        headers,
        rows,
        (report.others().isEmpty() ? "" : MARKS) + direction(report.all()));
  }

  /** The followed methods that were run, or every method if none of them was. */
  static List<String> followed(Report report) {
    List<String> run = FOLLOWED.stream().filter(report.methods()::contains).toList();
    return run.isEmpty() ? report.methods() : run;
  }

  /** For the console: quality and cost in one. */
  static Table summary(Report report) {
    Comparison all = report.all();
    List<String> headers = new ArrayList<>(List.of("method"));
    all.measures().forEach(measure -> headers.add(measure.name()));
    headers.addAll(List.of("calls/answer", "tokens/answer"));
    List<List<Cell>> rows = new ArrayList<>();
    for (String method : report.methods()) {
      List<Cell> row = new ArrayList<>(List.of(Cell.text(method)));
      all.measures().forEach(m -> row.add(value(report, all, all.pooled(), method, m)));
      Cost cost = report.costs().get(method);
      row.add(Cell.number(Figures.decimal(cost.llmCallsPerAnswer(), 2)));
      row.add(Cell.number(count(cost.promptTokensPerAnswer() + cost.completionTokensPerAnswer())));
      rows.add(row);
    }
    return new Table(
        headline(report), headers, rows, (report.others().isEmpty() ? "" : MARKS) + direction(all));
  }

  static String headline(Report report) {
    return report.task()
        + ": "
        + count(report.all().questions())
        + " questions of "
        + count(report.all().users())
        + " users, "
        + report.seeds()
        + (report.seeds() == 1 ? " seed" : " seeds");
  }

  private static Cell value(
      Report report,
      Comparison comparison,
      Map<String, Map<String, Distribution>> quality,
      String method,
      Measure measure) {
    String text = Figures.value(measure, quality.get(method).get(measure.name()).value());
    if (!report.others().contains(method)) {
      return Cell.number(text);
    }
    Distribution difference = Report.difference(quality, method, measure.name());
    Kind kind = kind(comparison, measure, difference);
    return switch (kind) {
      case BETTER -> new Cell(text, "*+", kind);
      case WORSE -> new Cell(text, "*-", kind);
      default -> Cell.number(text);
    };
  }

  private static String direction(Comparison comparison) {
    String lower =
        comparison.measures().stream()
            .filter(measure -> !measure.higherIsBetter())
            .map(Measure::name)
            .collect(Collectors.joining(" and "));
    return lower.isEmpty() ? "" : " Of " + lower + " less is better.";
  }

  private static Kind kind(Comparison comparison, Measure measure, Distribution difference) {
    return Report.better(comparison, measure, difference)
        .map(better -> better ? Kind.BETTER : Kind.WORSE)
        .orElse(Kind.NUMBER);
  }

  private static List<Measure> perUser(Comparison comparison) {
    return comparison.measures().stream().filter(Measure::perUser).toList();
  }

  private static String count(double value) {
    return Figures.count(value);
  }

  private static String plain(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(ReportTables::plain).collect(Collectors.joining(", "));
    }
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> entry.getKey() + " " + plain(entry.getValue()))
          .collect(Collectors.joining(", "));
    }
    return String.valueOf(value);
  }
}

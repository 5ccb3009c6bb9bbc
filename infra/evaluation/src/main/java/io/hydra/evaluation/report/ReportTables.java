package io.hydra.evaluation.report;

import static io.hydra.evaluation.report.Report.SUBJECT;

import io.hydra.evaluation.metric.Comparison;
import io.hydra.evaluation.metric.Distribution;
import io.hydra.evaluation.metric.Measure;
import io.hydra.evaluation.report.Report.Cost;
import io.hydra.evaluation.report.Table.Cell;
import io.hydra.evaluation.report.Table.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The tables that the Markdown report, the page and the console share. */
final class ReportTables {
  /** The methods whose quality is shown against the length of the history, if they were run. */
  private static final List<String> FOLLOWED =
      List.of(SUBJECT, "hydra-population", "rag", "hydra-paper", "zero-shot");

  private static final String MARKS =
      "*+ hydra is better than this method for certain, *- worse for certain"
          + " (the 95 % interval of the difference excludes 0).";

  private ReportTables() {}

  static String headline(Report report) {
    return "%s: %s questions of %s users, %d %s"
        .formatted(
            report.task(),
            format(report.all().questions(), 0),
            format(report.all().users(), 0),
            report.seeds(),
            report.seeds() == 1 ? "seed" : "seeds");
  }

  static Table facts(Report report) {
    List<List<Cell>> rows = new ArrayList<>();
    report
        .facts()
        .forEach((name, value) -> rows.add(List.of(Cell.text(name), Cell.text(plain(value)))));
    return new Table("What was measured", List.of("fact", "value"), rows, "");
  }

  static Table quality(Report report) {
    Comparison all = report.all();
    List<String> headers = headers(all.measures(), "method");
    perUser(all).forEach(measure -> headers.add(measure.name() + ", by user"));
    List<List<Cell>> rows = new ArrayList<>();
    for (String method : report.methods()) {
      List<Cell> row = values(report, method);
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

  /** For the console: quality and cost in one. */
  static Table summary(Report report) {
    List<String> headers = headers(report.all().measures(), "method");
    headers.addAll(List.of("calls/answer", "tokens/answer"));
    List<List<Cell>> rows = new ArrayList<>();
    for (String method : report.methods()) {
      List<Cell> row = values(report, method);
      Cost cost = report.costs().get(method).perAnswer();
      row.add(Cell.number(format(cost.llmCalls(), 2)));
      row.add(Cell.number(format(cost.promptTokens() + cost.completionTokens(), 0)));
      rows.add(row);
    }
    return new Table(headline(report), headers, rows, marks(report));
  }

  /**
   * Hydra minus each other method, pooled and averaged over users, and its share of the room; none
   * if it was not run.
   */
  static List<Table> differences(Report report) {
    Comparison all = report.all();
    if (report.others().isEmpty()) {
      return List.of();
    }
    List<Table> tables = new ArrayList<>();
    tables.add(differences(report, "all questions", all.measures(), all.pooled()));
    tables.add(differences(report, "averaged over users", perUser(all), all.byUser()));
    if (!report.rooms().isEmpty()) {
      tables.add(room(report));
    }
    return tables;
  }

  static Table room(Report report) {
    List<List<Cell>> rows = new ArrayList<>();
    report
        .rooms()
        .forEach(
            (measure, room) ->
                rows.add(
                    List.of(
                        Cell.text(measure),
                        Cell.number(room.room().signed(3)),
                        Cell.number(room.share().signed(2)))));
    return new Table(
        "Room for choosing among the samples",
        List.of("measure", "oracle minus rag", "share taken by hydra"),
        rows,
        "The oracle answers with the sample that is closest to the user's own text.");
  }

  private static Table differences(
      Report report,
      String over,
      List<Measure> measures,
      Map<String, Map<String, Distribution>> quality) {
    List<List<Cell>> rows = new ArrayList<>();
    for (String other : report.others()) {
      List<Cell> row = new ArrayList<>(List.of(Cell.text(other)));
      for (Measure measure : measures) {
        Distribution difference = Report.difference(quality, other, measure.name());
        Kind kind = kind(report.all(), measure, difference);
        row.add(marked(format(measure, difference), "* better", "* worse", kind));
      }
      rows.add(row);
    }
    return new Table(
        "Hydra minus each other method, " + over,
        headers(measures, "hydra minus"),
        rows,
        "Difference and 95 % interval. * the interval excludes 0: hydra is better, or worse, for"
            + " certain."
            + direction(report.all()));
  }

  static Table cost(Report report) {
    List<List<Cell>> rows = new ArrayList<>();
    for (String method : report.methods()) {
      Cost cost = report.costs().get(method).perAnswer();
      rows.add(
          List.of(
              Cell.text(method),
              Cell.number(format(cost.llmCalls(), 2)),
              Cell.number(format(cost.promptTokens(), 1)),
              Cell.number(format(cost.completionTokens(), 1)),
              Cell.number(format(cost.seconds(), 3)),
              Cell.number(format(report.costs().get(method).llmCalls(), 0))));
    }
    return new Table(
        "Cost per answer",
        List.of(
            "method",
            "LLM calls",
            "prompt tokens",
            "completion tokens",
            "seconds of LLM",
            "LLM calls in all"),
        rows,
        "As if each method had been run alone: a call that methods share counts for each of them."
            + " Means over the seeds.");
  }

  /** One table per measure: a row per length of history, a column per followed method. */
  static List<Table> history(Report report) {
    return report.all().measures().stream().map(measure -> history(report, measure)).toList();
  }

  private static Table history(Report report, Measure measure) {
    List<String> headers = new ArrayList<>(List.of("items seen", "questions", "users"));
    headers.addAll(followed(report));
    List<List<Cell>> rows = new ArrayList<>();
    for (Report.Bucket bucket : report.buckets()) {
      Comparison comparison = bucket.comparison();
      List<Cell> row = new ArrayList<>(List.of(Cell.text(bucket.length().label())));
      row.add(Cell.number(format(comparison.questions(), 0)));
      row.add(Cell.number(format(comparison.users(), 0)));
      for (String method : followed(report)) {
        row.add(value(report, comparison, comparison.pooled(), method, measure));
      }
      rows.add(row);
    }
    return new Table(measure.name() + " against history length", headers, rows, marks(report));
  }

  /**
   * The cohort that gains least, of questions by length of history and of users, a row per measure;
   * none without a rival, or if no cohort has users enough to be certain of anything.
   */
  static List<Table> worst(Report report) {
    List<Report.Cohort> known = report.known();
    if (!report.others().contains(Report.RIVAL) || known.isEmpty()) {
      return List.of();
    }
    List<List<Cell>> rows = new ArrayList<>();
    for (Measure measure : report.all().measures()) {
      Report.Cohort worst =
          Collections.min(
              known, Comparator.comparingDouble(c -> Report.gain(c.comparison(), measure).value()));
      Comparison comparison = worst.comparison();
      Distribution difference =
          Report.difference(comparison.pooled(), Report.RIVAL, measure.name());
      rows.add(
          List.of(
              Cell.text(measure.name()),
              Cell.text(worst.name()),
              Cell.number(format(comparison.users(), 0)),
              marked(
                  format(measure, difference),
                  "* better",
                  "* worse",
                  kind(comparison, measure, difference))));
    }
    return List.of(
        new Table(
            "The cohort that gains least",
            List.of("measure", "cohort", "users", "hydra minus " + Report.RIVAL),
            rows,
            "Of those with 10 users or more. Chosen as the least, its interval lies a little too low."
                + direction(report.all())));
  }

  /** The followed methods that were run, or every method if none of them was. */
  static List<String> followed(Report report) {
    List<String> run = FOLLOWED.stream().filter(report.methods()::contains).toList();
    return run.isEmpty() ? report.methods() : run;
  }

  private static List<String> headers(List<Measure> measures, String first) {
    List<String> headers = new ArrayList<>(List.of(first));
    measures.forEach(measure -> headers.add(measure.name()));
    return headers;
  }

  /** A method's row over all questions. */
  private static List<Cell> values(Report report, String method) {
    Comparison all = report.all();
    List<Cell> row = new ArrayList<>(List.of(Cell.text(method)));
    all.measures().forEach(m -> row.add(value(report, all, all.pooled(), method, m)));
    return row;
  }

  private static Cell value(
      Report report,
      Comparison comparison,
      Map<String, Map<String, Distribution>> quality,
      String method,
      Measure measure) {
    String text = format(measure, quality.get(method).get(measure.name()).value());
    if (!report.others().contains(method)) {
      return Cell.number(text);
    }
    Distribution difference = Report.difference(quality, method, measure.name());
    return marked(text, "*+", "*-", kind(comparison, measure, difference));
  }

  private static Cell marked(String text, String better, String worse, Kind kind) {
    return switch (kind) {
      case BETTER -> new Cell(text, better, kind);
      case WORSE -> new Cell(text, worse, kind);
      default -> Cell.number(text);
    };
  }

  private static Kind kind(Comparison comparison, Measure measure, Distribution difference) {
    return Report.better(comparison, measure, difference)
        .map(better -> better ? Kind.BETTER : Kind.WORSE)
        .orElse(Kind.NUMBER);
  }

  private static String marks(Report report) {
    return (report.others().isEmpty() ? "" : MARKS) + direction(report.all());
  }

  private static String direction(Comparison comparison) {
    String lower =
        comparison.measures().stream()
            .filter(measure -> !measure.higherIsBetter())
            .map(Measure::name)
            .collect(Collectors.joining(" and "));
    return lower.isEmpty() ? "" : " Of " + lower + " less is better.";
  }

  private static List<Measure> perUser(Comparison comparison) {
    return comparison.measures().stream().filter(Measure::perUser).toList();
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

  /** A measure's value: three decimals, or two where the scale goes to 100. */
  static String format(Measure measure, double value) {
    return String.format(Locale.ROOT, "%." + decimals(measure) + "f", value);
  }

  /** A difference with its sign and interval. */
  static String format(Measure measure, Distribution difference) {
    return difference.signed(decimals(measure));
  }

  private static int decimals(Measure measure) {
    return measure.name().equals("bleu") ? 2 : 3;
  }

  /** A difference with its sign. */
  static String signed(Measure measure, double value) {
    return String.format(Locale.ROOT, "%+." + decimals(measure) + "f", value);
  }

  static String format(double value, int decimals) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}

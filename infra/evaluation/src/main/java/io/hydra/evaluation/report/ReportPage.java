package io.hydra.evaluation.report;

import static io.hydra.evaluation.report.Report.RIVAL;
import static io.hydra.evaluation.report.Report.SUBJECT;

import io.hydra.evaluation.metric.Comparison;
import io.hydra.evaluation.metric.Distribution;
import io.hydra.evaluation.metric.Distribution.Interval;
import io.hydra.evaluation.metric.Measure;
import io.hydra.evaluation.report.Page.Block;
import io.hydra.evaluation.report.Page.Chart;
import io.hydra.evaluation.report.Page.Charts;
import io.hydra.evaluation.report.Page.Dots;
import io.hydra.evaluation.report.Page.Lines;
import io.hydra.evaluation.report.Page.Note;
import io.hydra.evaluation.report.Page.Section;
import io.hydra.evaluation.report.Page.TableBlock;
import io.hydra.evaluation.report.Page.Tile;
import io.hydra.evaluation.report.Report.Cost;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** {@code report.html}: the tables, and plots of quality, gain and cost. */
final class ReportPage {
  private static final String ITEMS = "items of the user seen before the question";

  private ReportPage() {}

  static Page of(Report report) {
    List<Measure> measures = report.all().measures();
    List<Section> sections = new ArrayList<>();
    sections.add(
        new Section(
            "What was measured",
            List.of(new TableBlock("", ReportTables.facts(report), "facts", ""))));
    sections.add(
        new Section(
            "Quality",
            List.of(
                new Charts(measures.stream().map(m -> quality(report, m)).toList()),
                new Note(
                    "Dots: all questions alike, mean over the seeds. Bars: each value's own 95 %"
                        + " interval over users. Bars that overlap may still differ for certain,"
                        + " since the differences below are paired."),
                new TableBlock("Per method", ReportTables.quality(report), "", SUBJECT))));
    if (report.others().contains(RIVAL)) {
      sections.add(new Section("Gain over rag", gains(report)));
    }
    if (!report.others().isEmpty()) {
      sections.add(new Section("Differences", titled(ReportTables.differences(report))));
    }
    List<Block> history = new ArrayList<>();
    history.add(new Charts(measures.stream().map(m -> history(report, m)).toList()));
    history.add(
        new Note(
            "A question counts by how many of its user's items came before it. Users differ from"
                + " length to length, so a line compares methods at one length, not lengths with"
                + " each other. Band: hydra's own 95 % interval."));
    history.addAll(titled(ReportTables.history(report)));
    sections.add(new Section("Quality against history length", history));
    sections.add(
        new Section(
            "Cost per answer",
            List.of(
                new Charts(
                    List.of(
                        cost(report, "LLM calls", "calls per answer", 2, Cost::llmCalls),
                        cost(
                            report,
                            "Tokens",
                            "tokens per answer, prompt and completion",
                            0,
                            cost -> cost.promptTokens() + cost.completionTokens()))),
                new TableBlock("", ReportTables.cost(report), "", SUBJECT))));
    String lead = ReportTables.headline(report).substring(report.task().length() + 2);
    return new Page(
        report.task() + ": evaluation",
        lead + ", every method asked the same",
        report.others().contains(RIVAL)
            ? measures.stream().map(m -> tile(report.all(), m)).toList()
            : List.of(),
        sections);
  }

  private static List<TableBlock> titled(List<Table> tables) {
    return tables.stream().map(t -> new TableBlock(t.title(), t, "", "")).toList();
  }

  /** Hydra's quality, and how it stands against {@link #RIVAL}. */
  private static Tile tile(Comparison all, Measure measure) {
    Distribution difference = Report.difference(all.pooled(), RIVAL, measure.name());
    return new Tile(
        "hydra, " + measure.name(),
        ReportTables.format(measure, all.pooled().get(SUBJECT).get(measure.name()).value()),
        ReportTables.format(measure, difference),
        RIVAL,
        Report.better(all, measure, difference).map(b -> b ? "better" : "worse").orElse(""));
  }

  private static Dots quality(Report report, Measure measure) {
    List<Dots.Row> rows = new ArrayList<>();
    report
        .all()
        .pooled()
        .forEach(
            (method, qualities) -> {
              Distribution quality = qualities.get(measure.name());
              Interval interval = quality.interval();
              String shown = ReportTables.format(measure, quality.value());
              rows.add(
                  new Dots.Row(method, quality.value(), interval.low(), interval.high(), shown));
            });
    String label = measure.name() + " per method";
    return new Dots(measure.name(), direction(measure), label, "", SUBJECT, rows);
  }

  private static List<Block> gains(Report report) {
    List<Block> blocks = new ArrayList<>();
    List<Chart> charts = new ArrayList<>();
    for (Measure measure : report.all().measures()) {
      charts.add(gainOverTime(report, measure));
      charts.add(gainByCohort(report, measure));
    }
    blocks.add(new Charts(charts));
    blocks.add(
        new Note(
            "What hydra is worth beside plain RAG: its advantage in the measure, of an error what is"
                + " saved. Above 0 it is better. Band and bars: 95 % intervals over users, paired. A"
                + " user's items are their time. With fewer than 10 users intervals are too narrow."));
    blocks.addAll(titled(ReportTables.worst(report)));
    return blocks;
  }

  private static Lines gainOverTime(Report report, Measure measure) {
    List<Report.Bucket> buckets = report.buckets();
    List<Lines.Point> points = new ArrayList<>();
    for (int b = 0; b < buckets.size(); b++) {
      Distribution gain = Report.gain(buckets.get(b).comparison(), measure);
      points.add(new Lines.Point(b, gain.value(), gain.interval().low(), gain.interval().high()));
    }
    return new Lines(
        "Gain in " + measure.name() + " over time",
        "hydra against rag, more is better",
        ITEMS,
        "gain in " + measure.name(),
        ticks(report),
        List.of(new Lines.Series(SUBJECT, true, points)));
  }

  private static Dots gainByCohort(Report report, Measure measure) {
    List<Dots.Row> rows = new ArrayList<>();
    for (Report.Cohort cohort : report.cohorts()) {
      Distribution gain = Report.gain(cohort.comparison(), measure);
      String name = "%s (%d)".formatted(cohort.name(), cohort.comparison().users());
      Interval interval = gain.interval();
      String shown = ReportTables.signed(measure, gain.value());
      rows.add(new Dots.Row(name, gain.value(), interval.low(), interval.high(), shown));
    }
    return new Dots(
        "Gain in " + measure.name() + " by cohort",
        "hydra against rag, more is better",
        "Gain in " + measure.name() + " by cohort",
        "gain in " + measure.name() + "; in brackets the number of users",
        rows.get(0).name(),
        rows);
  }

  private static Dots cost(
      Report report, String heading, String unit, int decimals, ToDoubleFunction<Cost> figure) {
    List<Dots.Row> rows = new ArrayList<>();
    report
        .costs()
        .forEach(
            (method, cost) -> {
              double value = figure.applyAsDouble(cost.perAnswer());
              String shown = ReportTables.format(value, decimals);
              rows.add(new Dots.Row(method, value, value, value, shown));
            });
    return new Dots(
        heading, "less is better; counted", heading + " per method", unit, SUBJECT, rows);
  }

  private static List<Lines.Tick> ticks(Report report) {
    List<Lines.Tick> ticks = new ArrayList<>();
    for (int b = 0; b < report.buckets().size(); b++) {
      ticks.add(new Lines.Tick(b, report.buckets().get(b).length().label()));
    }
    return ticks;
  }

  private static Lines history(Report report, Measure measure) {
    List<Report.Bucket> buckets = report.buckets();
    List<Lines.Series> series = new ArrayList<>();
    for (String method : ReportTables.followed(report)) {
      boolean subject = method.equals(SUBJECT);
      List<Lines.Point> points = new ArrayList<>();
      for (int b = 0; b < buckets.size(); b++) {
        Distribution quality = buckets.get(b).comparison().pooled().get(method).get(measure.name());
        Interval interval = quality.interval();
        points.add(
            subject
                ? new Lines.Point(b, quality.value(), interval.low(), interval.high())
                : Lines.Point.of(b, quality.value()));
      }
      series.add(new Lines.Series(method, subject, points));
    }
    return new Lines(measure.name(), direction(measure), ITEMS, "", ticks(report), series);
  }

  private static String direction(Measure measure) {
    return measure.higherIsBetter() ? "more is better" : "less is better";
  }
}

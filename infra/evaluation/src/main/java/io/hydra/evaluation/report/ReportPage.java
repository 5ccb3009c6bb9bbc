package io.hydra.evaluation.report;

import static io.hydra.evaluation.report.Report.RIVAL;
import static io.hydra.evaluation.report.Report.SUBJECT;

import io.hydra.evaluation.metric.Comparison;
import io.hydra.evaluation.metric.Distribution;
import io.hydra.evaluation.metric.Distribution.Interval;
import io.hydra.evaluation.metric.Measure;
import io.hydra.evaluation.report.Page.Block;
import io.hydra.evaluation.report.Page.Charts;
import io.hydra.evaluation.report.Page.Dots;
import io.hydra.evaluation.report.Page.Lines;
import io.hydra.evaluation.report.Page.Note;
import io.hydra.evaluation.report.Page.Section;
import io.hydra.evaluation.report.Page.TableBlock;
import io.hydra.evaluation.report.Page.Tile;
import java.util.ArrayList;
import java.util.List;

/** {@code report.html}: the tables, and plots of quality per method and per length of history. */
final class ReportPage {
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
    history.addAll(titled(ReportTables.worst(report)));
    history.addAll(titled(ReportTables.history(report)));
    sections.add(new Section("Quality against history length", history));
    sections.add(
        new Section(
            "Cost per answer",
            List.of(new TableBlock("", ReportTables.cost(report), "", SUBJECT))));
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
    return new Dots(measure.name(), direction(measure), label, SUBJECT, rows);
  }

  private static Lines history(Report report, Measure measure) {
    List<Report.Bucket> buckets = report.buckets();
    List<Lines.Tick> ticks = new ArrayList<>();
    for (int b = 0; b < buckets.size(); b++) {
      ticks.add(new Lines.Tick(b, buckets.get(b).length().label()));
    }
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
    String axis = "items of the user seen before the question";
    return new Lines(measure.name(), direction(measure), axis, "", ticks, series);
  }

  private static String direction(Measure measure) {
    return measure.higherIsBetter() ? "more is better" : "less is better";
  }
}

package io.hydra.evaluation.report;

import io.hydra.evaluation.metric.Comparison;
import io.hydra.evaluation.metric.Distribution;
import io.hydra.evaluation.metric.Distribution.Interval;
import io.hydra.evaluation.metric.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** {@code report.html}: the tables, and plots of quality per method and per length of history. */
final class ReportPage {
  /** What the tiles at the top compare with: what people would use instead. */
  private static final String RIVAL = "rag";

  private ReportPage() {}

  static String of(Report report) {
    Page page = new Page(report.task() + ": evaluation", lead(report));
    page.block(tiles(report));
    page.section("What was measured", HtmlTable.bare(ReportTables.facts(report), "facts", ""));
    page.section(
        "Quality",
        Page.charts(report.all().measures().stream().map(m -> quality(report, m)).toList()),
        Html.note(
            "Dots: all questions alike, mean over the seeds. Bars: each value's own 95 % interval"
                + " over users. Bars that overlap may still differ for certain, since the"
                + " differences below are paired."),
        "<h3>Per method</h3>\n",
        HtmlTable.bare(ReportTables.quality(report), "", Report.SUBJECT));
    if (!report.others().isEmpty()) {
      page.section("Differences", titled(ReportTables.differences(report)));
    }
    page.section(
        "Quality against history length",
        Page.charts(report.all().measures().stream().map(m -> history(report, m)).toList()),
        Html.note(
            "A question counts by how many of its user's items came before it. Users differ from"
                + " length to length, so a line compares methods at one length, not lengths with"
                + " each other. Band: hydra's own 95 % interval."),
        titled(ReportTables.history(report)));
    page.section("Cost per answer", HtmlTable.bare(ReportTables.cost(report), "", Report.SUBJECT));
    return page.html();
  }

  private static String lead(Report report) {
    String headline = ReportTables.headline(report);
    return headline.substring(report.task().length() + 2) + ", every method asked the same";
  }

  private static String titled(List<Table> tables) {
    return tables.stream().map(t -> HtmlTable.titled(t, "")).collect(Collectors.joining());
  }

  /** Hydra's quality, and how it stands against {@link #RIVAL}; "" without the two. */
  private static String tiles(Report report) {
    if (!report.others().contains(RIVAL)) {
      return "";
    }
    StringBuilder out = new StringBuilder("<div class=\"tiles\">\n");
    Comparison all = report.all();
    for (Measure measure : all.measures()) {
      double value = all.pooled().get(Report.SUBJECT).get(measure.name()).value();
      Distribution difference = Report.difference(all.pooled(), RIVAL, measure.name());
      String verdict =
          Report.better(all, measure, difference)
              .map(better -> better ? "better" : "worse")
              .orElse("");
      out.append("<div class=\"tile\"><div class=\"name\">hydra, ")
          .append(Html.escape(measure.name()))
          .append("</div><div class=\"value\">")
          .append(Figures.value(measure, value))
          .append("</div><div class=\"against\">")
          .append(minus(Figures.difference(measure, difference)))
          .append(" against ")
          .append(RIVAL)
          .append("<br>")
          .append("<strong class=\"")
          .append(verdict)
          .append("\">")
          .append(verdict.isEmpty() ? "not certain" : verdict + " for certain")
          .append("</strong></div></div>\n");
    }
    return out.append("</div>\n").toString();
  }

  private static String minus(String figures) {
    return figures.replace('-', '−');
  }

  private static String quality(Report report, Measure measure) {
    DotPlot plot = new DotPlot(measure.name() + " per method", Report.SUBJECT);
    for (String method : report.methods()) {
      Distribution quality = report.all().pooled().get(method).get(measure.name());
      plot.add(
          new DotPlot.Row(
              method,
              quality.value(),
              quality.interval(),
              Figures.value(measure, quality.value())));
    }
    return Html.figure(measure.name(), direction(measure), plot.svg());
  }

  private static String history(Report report, Measure measure) {
    LineChart chart = new LineChart("items of the user seen before the question", "");
    List<LineChart.Tick> ticks = new ArrayList<>();
    for (int b = 0; b < report.buckets().size(); b++) {
      ticks.add(new LineChart.Tick(b, report.buckets().get(b).length().label()));
    }
    chart.ticks(ticks);
    for (String method : ReportTables.followed(report)) {
      boolean subject = method.equals(Report.SUBJECT);
      List<LineChart.Point> points = new ArrayList<>();
      for (int b = 0; b < report.buckets().size(); b++) {
        Distribution quality =
            report.buckets().get(b).comparison().pooled().get(method).get(measure.name());
        Interval interval = quality.interval();
        points.add(
            subject
                ? new LineChart.Point(b, quality.value(), interval.low(), interval.high())
                : LineChart.Point.of(b, quality.value()));
      }
      chart.add(new LineChart.Series(method, points, subject));
    }
    return Page.figure(measure.name(), direction(measure), chart);
  }

  private static String direction(Measure measure) {
    return measure.higherIsBetter() ? "more is better" : "less is better";
  }
}

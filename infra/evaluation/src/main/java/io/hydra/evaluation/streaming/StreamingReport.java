package io.hydra.evaluation.streaming;

import io.hydra.evaluation.metric.Distribution;
import io.hydra.evaluation.metric.Measure;
import io.hydra.evaluation.report.DraftFile;
import io.hydra.evaluation.report.Page;
import io.hydra.evaluation.report.Page.Lines;
import io.hydra.evaluation.report.Report;
import io.hydra.evaluation.report.Table;
import io.hydra.evaluation.report.Table.Cell;
import io.hydra.evaluation.streaming.Stream.Stretch;
import io.hydra.evaluation.streaming.Stream.Unasked;
import io.hydra.evaluation.streaming.Stream.Variant;
import io.hydra.evaluation.streaming.Turns.FalseAlarms;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A stream's figures, as {@code streaming.json}, {@code .md} and {@code .html}. */
public final class StreamingReport {
  private final Stream stream;
  private final Measure measure;
  private final List<Stretch> seen;
  private final List<Stretch> sinceShift;

  private StreamingReport(Stream stream) {
    this.stream = stream;
    // Accuracy does not see how far off an ordered option is.
    this.measure = Measure.of(stream.task()).get(stream.task().isOrdinal() ? 1 : 0);
    this.seen = stream.bySeen();
    this.sinceShift = stream.bySinceShift();
  }

  /**
   * Writes the reports over earlier ones.
   *
   * @return the short form, for a console
   */
  public static String write(Stream stream, Path folder) throws IOException {
    StreamingReport report = new StreamingReport(stream);
    String markdown = report.markdown();
    DraftFile.writeJson(folder.resolve("streaming.json"), report.json());
    DraftFile.write(folder.resolve("streaming.md"), markdown);
    DraftFile.write(folder.resolve("streaming.html"), report.page().html());
    return markdown;
  }

  private Distribution value(Stretch stretch, Variant variant) {
    return stretch.comparison().pooled().get(variant.id()).get(measure.name());
  }

  private Distribution againstPopulation(Stretch stretch, Variant variant) {
    return value(stretch, variant).minus(value(stretch, Variant.POPULATION));
  }

  /** The first stretch after the shift from which on the variant is not behind the population. */
  private String backAfter(Variant variant) {
    String back = "never";
    for (int s = sinceShift.size() - 1; s >= 0; s--) {
      double gain = againstPopulation(sinceShift.get(s), variant).value();
      if (measure.higherIsBetter() ? gain < 0 : gain > 0) {
        break;
      }
      back = sinceShift.get(s).label();
    }
    return back;
  }

  private String markdown() {
    StringBuilder out = new StringBuilder();
    out.append(
        "# %s as a stream: %,d items, %,d users with a shift%n%n"
            .formatted(stream.task().id(), stream.size(), stream.shiftedUsers()));
    out.append(
        "%s, %s is better. Each item is asked before it is learned. At a shift the user's second half is"
                .formatted(measure.name(), measure.higherIsBetter() ? "more" : "less")
            + " another user's.\n");
    out.append(table("Items seen, before any shift", seen));
    if (!sinceShift.isEmpty()) {
      out.append(table("Items since the shift", sinceShift));
      List<String> backs = new ArrayList<>();
      for (Variant variant : List.of(Variant.HYDRA, Variant.WITHOUT_FORGETTING, Variant.FROZEN)) {
        backs.add(variant.id() + " " + backAfter(variant));
      }
      out.append("\nNot behind the population from this stretch on: ")
          .append(String.join(", ", backs))
          .append(".\n");
    }
    tables().forEach(table -> out.append("\n").append(table.markdown()));
    return out.toString();
  }

  private List<Table> tables() {
    List<Table> tables = new ArrayList<>(telling());
    if (stream.task().isClosed()) {
      tables.add(unasked());
    }
    return tables;
  }

  private Table unasked() {
    List<List<Cell>> rows = new ArrayList<>();
    for (Unasked row : stream.unasked()) {
      rows.add(
          List.of(
              Cell.text(row.label()),
              Cell.number(String.valueOf(row.questions())),
              Cell.number(String.format(Locale.ROOT, "%.2f", row.share())),
              Cell.number(row.lost().signed(4))));
    }
    return new Table(
        "Without a call",
        List.of("items since the shift", "questions", "unasked", "lost by each of these"),
        rows,
        "hydra-saving minus hydra, in the loss that the price of a call is in.");
  }

  /** Of an open task nothing is learned without the LLM, and so no turn told. */
  private List<Table> telling() {
    List<List<Cell>> rows = new ArrayList<>();
    rows.add(alarms("every item asked", stream.falseAlarms()));
    if (!stream.task().isClosed()) {
      return List.of(falseAlarms(rows));
    }
    rows.add(alarms("items alone, without the LLM", stream.turns().unturned()));
    return List.of(falseAlarms(rows), stream.turns().table());
  }

  private static Table falseAlarms(List<List<Cell>> rows) {
    return new Table(
        "Told of a turn in vain",
        List.of("users", "heads", "false alarms", "in 500"),
        rows,
        "A head that tells of a turn (head.shifted) where the one before did not is an alarm.");
  }

  private static List<Cell> alarms(String users, FalseAlarms alarms) {
    return List.of(
        Cell.text(users),
        Cell.number(String.valueOf(alarms.chances())),
        Cell.number(String.valueOf(alarms.alarms())),
        Cell.number(alarms.in500()));
  }

  private String table(String title, List<Stretch> stretches) {
    List<String> headers = new ArrayList<>(List.of("items", "questions"));
    for (Variant variant : Variant.values()) {
      headers.add(variant.id());
    }
    headers.add("hydra minus population");
    List<List<Cell>> rows = new ArrayList<>();
    for (Stretch stretch : stretches) {
      List<Cell> row = new ArrayList<>();
      row.add(Cell.text(stretch.label()));
      row.add(Cell.number(String.valueOf(stretch.comparison().questions())));
      for (Variant variant : Variant.values()) {
        double value = value(stretch, variant).value();
        row.add(Cell.number(String.format(Locale.ROOT, "%.3f", value)));
      }
      row.add(Cell.number(againstPopulation(stretch, Variant.HYDRA).signed(3)));
      rows.add(row);
    }
    return "\n" + new Table(title, headers, rows, "").markdown();
  }

  private Map<String, Object> json() {
    Map<String, Object> back = new LinkedHashMap<>();
    if (!sinceShift.isEmpty()) {
      for (Variant variant : Variant.values()) {
        back.put(variant.id(), backAfter(variant));
      }
    }
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("task", stream.task().id());
    root.put("metric", measure.name());
    root.put("items", stream.size());
    root.put("shiftedUsers", stream.shiftedUsers());
    root.put("byItemsSeen", seen.stream().map(this::json).toList());
    root.put("byItemsSinceShift", sinceShift.stream().map(this::json).toList());
    root.put("notBehindThePopulationFrom", back);
    root.put("falseAlarms", stream.falseAlarms());
    root.put("falseAlarmsWithoutTheLlm", stream.turns().unturned());
    root.put("turns", stream.turns().figures());
    return root;
  }

  private record Figures(double value, double minusPopulation, double low, double high) {}

  private Map<String, Object> json(Stretch stretch) {
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("items", stretch.label());
    node.put("questions", stretch.comparison().questions());
    for (Variant variant : Variant.values()) {
      Distribution gain = againstPopulation(stretch, variant);
      node.put(
          variant.id(),
          new Figures(
              value(stretch, variant).value(),
              gain.value(),
              gain.interval().low(),
              gain.interval().high()));
    }
    return node;
  }

  private Page page() {
    List<Lines> charts = new ArrayList<>();
    charts.add(gains("Gain over rag against items seen", "items seen before the question", seen));
    charts.add(chart("Quality against items seen", "items seen before the question", seen));
    if (!sinceShift.isEmpty()) {
      charts.add(chart("Quality after the shift", "items since the shift", sinceShift));
      charts.add(gains("Gain over rag after the shift", "items since the shift", sinceShift));
    }
    return new Page(
        stream.task().id() + " as a stream",
        "Each item is asked before it is learned. %,d items; %,d users live another user's second half."
            .formatted(stream.size(), stream.shiftedUsers()),
        List.of(),
        List.of(
            new Page.Section("Through time", List.of(new Page.Charts(charts))),
            new Page.Section(
                "Shifts and saved calls",
                tables().stream()
                    .map(table -> new Page.TableBlock(table.title(), table, "", ""))
                    .toList())));
  }

  private Lines gains(String heading, String axis, List<Stretch> stretches) {
    List<Lines.Point> points = new ArrayList<>();
    for (Stretch stretch : stretches) {
      Distribution gain = Report.gain(stretch.comparison(), measure);
      Distribution.Interval interval = gain.interval();
      points.add(new Lines.Point(stretch.middle(), gain.value(), interval.low(), interval.high()));
    }
    return new Lines(
        heading,
        "more is better, band: 95 %",
        axis,
        "gain in " + measure.name(),
        ticks(stretches),
        List.of(new Lines.Series(Variant.HYDRA.id(), true, points)));
  }

  private static List<Lines.Tick> ticks(List<Stretch> stretches) {
    return stretches.stream().map(s -> new Lines.Tick(s.middle(), s.label())).toList();
  }

  private Lines chart(String heading, String axis, List<Stretch> stretches) {
    List<Lines.Series> series = new ArrayList<>();
    for (Variant variant : Variant.values()) {
      List<Lines.Point> points =
          stretches.stream()
              .map(s -> Lines.Point.of(s.middle(), value(s, variant).value()))
              .toList();
      series.add(new Lines.Series(variant.id(), variant == Variant.HYDRA, points));
    }
    return new Lines(
        heading,
        measure.higherIsBetter() ? "more is better" : "less is better",
        axis,
        measure.name(),
        ticks(stretches),
        series);
  }
}

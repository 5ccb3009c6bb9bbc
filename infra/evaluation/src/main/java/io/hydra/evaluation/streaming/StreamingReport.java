package io.hydra.evaluation.streaming;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydra.evaluation.metric.Distribution;
import io.hydra.evaluation.metric.Measure;
import io.hydra.evaluation.report.DraftFile;
import io.hydra.evaluation.report.LineChart;
import io.hydra.evaluation.report.LineChart.Point;
import io.hydra.evaluation.report.LineChart.Series;
import io.hydra.evaluation.report.LineChart.Tick;
import io.hydra.evaluation.report.Page;
import io.hydra.evaluation.streaming.Stream.Stretch;
import io.hydra.evaluation.streaming.Stream.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a stream showed, as {@code streaming.json}, {@code streaming.md} and {@code streaming.html}.
 */
public final class StreamingReport {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Stream stream;
  private final Measure measure;
  private final List<Stretch> seen;
  private final List<Stretch> sinceShift;

  private StreamingReport(Stream stream) {
    this.stream = stream;
    this.measure = leading(stream);
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
    DraftFile.write(folder.resolve("streaming.json"), report.json());
    DraftFile.write(folder.resolve("streaming.md"), markdown);
    DraftFile.write(folder.resolve("streaming.html"), report.page());
    return markdown;
  }

  /** Absolute error where options are ordered, since accuracy does not see how far off one is. */
  private static Measure leading(Stream stream) {
    List<Measure> measures = Measure.of(stream.task());
    return measures.get(stream.task().isOrdinal() ? 1 : 0);
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
    table(out, "Items seen, before any shift", seen);
    if (!sinceShift.isEmpty()) {
      table(out, "Items since the shift", sinceShift);
      out.append("\nNot behind the population from this stretch on: ");
      List<String> backs = new ArrayList<>();
      for (Variant variant : List.of(Variant.HYDRA, Variant.WITHOUT_FORGETTING, Variant.FROZEN)) {
        backs.add(variant.id() + " " + backAfter(variant));
      }
      out.append(String.join(", ", backs)).append(".\n");
    }
    return out.toString();
  }

  private void table(StringBuilder out, String title, List<Stretch> stretches) {
    out.append("\n## ").append(title).append("\n\n| items | questions |");
    for (Variant variant : Variant.values()) {
      out.append(" %s |".formatted(variant.id()));
    }
    out.append(" hydra minus population |\n|---:|---:|");
    out.append("---:|".repeat(Variant.values().length)).append(":---|\n");
    for (Stretch stretch : stretches) {
      out.append("| %s | %d |".formatted(stretch.label(), stretch.comparison().questions()));
      for (Variant variant : Variant.values()) {
        out.append(format(" %.3f |", value(stretch, variant).value()));
      }
      Distribution gain = againstPopulation(stretch, Variant.HYDRA);
      out.append(
          format(
              " %+.3f [%+.3f, %+.3f] |%n",
              gain.value(), gain.interval().low(), gain.interval().high()));
    }
  }

  private String json() {
    ObjectNode root = JSON.createObjectNode();
    root.put("task", stream.task().id());
    root.put("metric", measure.name());
    root.put("items", stream.size());
    root.put("shiftedUsers", stream.shiftedUsers());
    stretches(root.putArray("byItemsSeen"), seen);
    stretches(root.putArray("byItemsSinceShift"), sinceShift);
    ObjectNode back = root.putObject("notBehindThePopulationFrom");
    if (!sinceShift.isEmpty()) {
      for (Variant variant : Variant.values()) {
        back.put(variant.id(), backAfter(variant));
      }
    }
    return root.toPrettyString() + "\n";
  }

  private void stretches(ArrayNode array, List<Stretch> stretches) {
    for (Stretch stretch : stretches) {
      ObjectNode node = array.addObject();
      node.put("items", stretch.label());
      node.put("questions", stretch.comparison().questions());
      for (Variant variant : Variant.values()) {
        ObjectNode one = node.putObject(variant.id());
        one.put("value", value(stretch, variant).value());
        Distribution gain = againstPopulation(stretch, variant);
        one.put("minusPopulation", gain.value());
        one.put("low", gain.interval().low());
        one.put("high", gain.interval().high());
      }
    }
  }

  private String page() {
    Page page =
        new Page(
            stream.task().id() + " as a stream",
            "Each item is asked before it is learned. %,d items; %,d users live another user's second half."
                .formatted(stream.size(), stream.shiftedUsers()));
    List<String> charts = new ArrayList<>();
    charts.add(chart("Quality against items seen", "items seen before the question", seen));
    if (!sinceShift.isEmpty()) {
      charts.add(chart("Quality after the shift", "items since the shift", sinceShift));
    }
    return page.section("Through time", Page.charts(charts)).html();
  }

  private String chart(String heading, String axis, List<Stretch> stretches) {
    LineChart chart = new LineChart(axis, measure.name());
    chart.ticks(stretches.stream().map(s -> new Tick(s.middle(), s.label())).toList());
    for (Variant variant : Variant.values()) {
      List<Point> points =
          stretches.stream().map(s -> Point.of(s.middle(), value(s, variant).value())).toList();
      chart.add(new Series(variant.id(), points, variant == Variant.HYDRA));
    }
    String aside = measure.higherIsBetter() ? "more is better" : "less is better";
    return Page.figure(heading, aside, chart);
  }

  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }
}

package io.hydra.evaluation.report;

import io.hydra.evaluation.metric.Distribution.Interval;
import io.hydra.evaluation.report.Svg.Colours;
import io.hydra.evaluation.report.Svg.Scale;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** One value with its interval per row, as inline SVG. */
final class DotPlot {
  private static final int WIDTH = 560;
  private static final int ROW = 24;
  private static final int TOP = 6;
  private static final int RIGHT = WIDTH - 58;

  /**
   * @param shown the value as text
   */
  record Row(String name, double value, Interval interval, String shown) {}

  private final String label;
  private final String strong;
  private final List<Row> rows = new ArrayList<>();

  /**
   * @param strong the name of the row that stands out
   */
  DotPlot(String label, String strong) {
    this.label = label;
    this.strong = strong;
  }

  void add(Row row) {
    rows.add(row);
  }

  String svg() {
    double left = rows.stream().mapToDouble(r -> Svg.width(r.name())).max().orElseThrow() + 14;
    int bottom = TOP + ROW * rows.size();
    Scale x =
        Scale.around(
            rows.stream().mapToDouble(r -> r.interval().low()).min().orElseThrow(),
            rows.stream().mapToDouble(r -> r.interval().high()).max().orElseThrow(),
            left,
            RIGHT);
    Svg svg = new Svg(WIDTH, bottom + 24, label);
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).name().equals(strong)) {
        svg.rectangle("stripe", 0, TOP + ROW * i, WIDTH, ROW);
      }
    }
    for (BigDecimal tick : x.ticks(6)) {
      double at = x.at(tick.doubleValue());
      svg.line("grid", at, TOP, at, bottom);
      svg.text("soft", "middle", at, bottom + 17, tick.toPlainString());
    }
    svg.line("axis", left, bottom, RIGHT, bottom);
    for (Row row : rows) {
      if (row.name().equals(strong)) {
        svg.line("marker", x.at(row.value()), TOP, x.at(row.value()), bottom);
      }
    }
    for (int i = 0; i < rows.size(); i++) {
      row(svg, rows.get(i), x, TOP + ROW * (i + 0.5));
    }
    return svg.end();
  }

  private void row(Svg svg, Row row, Scale x, double y) {
    boolean stands = row.name().equals(strong);
    String colour = stands ? Colours.of(strong, 0) : Colours.QUIET;
    String weight = stands ? "bold" : "plain";
    svg.text(weight, "start", 6, y + 4, row.name());
    svg.stroke(
        colour, stands ? 3 : 2, x.at(row.interval().low()), y, x.at(row.interval().high()), y);
    svg.dot(colour, x.at(row.value()), y, stands ? 5.5 : 4.5);
    svg.text(weight, "end", WIDTH - 6, y + 4, row.shown());
  }
}

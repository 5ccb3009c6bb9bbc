package io.hydra.evaluation.report;

import io.hydra.evaluation.report.Svg.Colours;
import io.hydra.evaluation.report.Svg.Scale;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Curves as inline SVG, each named at its right end. */
public final class LineChart {
  private static final int WIDTH = 560;
  private static final int HEIGHT = 330;
  private static final int LEFT = 46;
  private static final int TOP = 26;
  private static final int BOTTOM = HEIGHT - 46;
  private static final int LABEL_HEIGHT = 15;

  /** With more points than this a curve has no dots. */
  private static final int MOST_DOTS = 16;

  /**
   * One measured point.
   *
   * @param low and high: its interval; NaN for none
   */
  public record Point(double x, double y, double low, double high) {
    public static Point of(double x, double y) {
      return new Point(x, y, Double.NaN, Double.NaN);
    }

    double lowest() {
      return Double.isNaN(low) ? y : Math.min(low, y);
    }

    double highest() {
      return Double.isNaN(high) ? y : Math.max(high, y);
    }
  }

  /**
   * One curve.
   *
   * @param points at least one, by rising x; where all have an interval it is shown as a band
   * @param strong drawn thicker and above the others
   */
  public record Series(String name, List<Point> points, boolean strong) {
    public Series {
      points = List.copyOf(points);
      if (points.isEmpty()) {
        throw new IllegalArgumentException("series " + name + " has no points");
      }
    }

    boolean banded() {
      return points.stream().noneMatch(p -> Double.isNaN(p.low()) || Double.isNaN(p.high()));
    }

    Point last() {
      return points.get(points.size() - 1);
    }
  }

  /** A labelled place on the x axis. */
  public record Tick(double at, String label) {}

  private final String xLabel;
  private final String yLabel;
  private final List<Series> series = new ArrayList<>();
  private final List<Tick> ticks = new ArrayList<>();
  private final List<Tick> markers = new ArrayList<>();

  /**
   * An empty chart.
   *
   * @param yLabel "" where the chart's heading says it
   */
  public LineChart(String xLabel, String yLabel) {
    this.xLabel = xLabel;
    this.yLabel = yLabel;
  }

  /** The first series added is drawn first, but strong ones come last. */
  public LineChart add(Series added) {
    series.add(added);
    return this;
  }

  /** Labels the x axis at these places alone, in place of round numbers. */
  public LineChart ticks(List<Tick> labelled) {
    ticks.addAll(labelled);
    return this;
  }

  /** A dashed upright line with a label, such as the moment of a change. */
  public LineChart marker(double at, String label) {
    markers.add(new Tick(at, label));
    return this;
  }

  /** The chart as an SVG element, for a page with this package's styles. */
  public String svg() {
    return svg(yLabel + " against " + xLabel);
  }

  /**
   * The chart as an SVG element.
   *
   * @param label says what is shown, for those who cannot see it
   * @throws IllegalStateException if there is no series
   */
  String svg(String label) {
    if (series.isEmpty()) {
      throw new IllegalStateException("a chart needs at least one series");
    }
    double widest = series.stream().mapToDouble(s -> Svg.width(s.name())).max().orElseThrow();
    Scale x = xScale(WIDTH - widest - 26);
    Scale y =
        Scale.around(
            all(Point::lowest).min().orElseThrow(),
            all(Point::highest).max().orElseThrow(),
            BOTTOM,
            TOP);
    Svg svg = new Svg(WIDTH, HEIGHT, label);
    axes(svg, x, y);
    for (boolean strong : new boolean[] {false, true}) {
      IntStream.range(0, series.size())
          .filter(i -> series.get(i).strong() == strong)
          .forEach(i -> curve(svg, series.get(i), colour(i), x, y));
    }
    labels(svg, x, y);
    return svg.end();
  }

  private Scale xScale(double right) {
    double low = Math.min(all(Point::x).min().orElseThrow(), first(ticks));
    double high = Math.max(all(Point::x).max().orElseThrow(), last(ticks));
    return low == high
        ? new Scale(low - 1, high + 1, LEFT, right)
        : new Scale(low, high, LEFT + 14, right);
  }

  private static double first(Collection<Tick> ticks) {
    return ticks.stream().mapToDouble(Tick::at).min().orElse(Double.POSITIVE_INFINITY);
  }

  private static double last(Collection<Tick> ticks) {
    return ticks.stream().mapToDouble(Tick::at).max().orElse(Double.NEGATIVE_INFINITY);
  }

  private DoubleStream all(ToDoubleFunction<Point> coordinate) {
    return series.stream().flatMap(s -> s.points().stream()).mapToDouble(coordinate);
  }

  private void axes(Svg svg, Scale x, Scale y) {
    double right = x.to();
    for (BigDecimal tick : y.ticks(5)) {
      double at = y.at(tick.doubleValue());
      svg.line("grid", LEFT, at, right, at);
      svg.text("soft", "end", LEFT - 7, at + 4, tick.toPlainString());
    }
    svg.line("axis", LEFT, BOTTOM, right, BOTTOM);
    for (Tick tick : ticks.isEmpty() ? round(x) : ticks) {
      svg.line("axis", x.at(tick.at()), BOTTOM, x.at(tick.at()), BOTTOM + 4);
      svg.text("soft", "middle", x.at(tick.at()), BOTTOM + 18, tick.label());
    }
    svg.text("soft", "start", 0, 12, yLabel);
    svg.text("soft", "middle", (LEFT + right) / 2, HEIGHT - 8, xLabel);
    for (Tick marker : markers) {
      double at = x.at(marker.at());
      svg.line("marker", at, TOP, at, BOTTOM);
      boolean left = at > (LEFT + right) / 2;
      svg.text("soft", left ? "end" : "start", at + (left ? -5 : 5), TOP + 10, marker.label());
    }
  }

  private static List<Tick> round(Scale x) {
    return x.ticks(7).stream().map(t -> new Tick(t.doubleValue(), t.toPlainString())).toList();
  }

  private static void curve(Svg svg, Series series, String colour, Scale x, Scale y) {
    List<Point> points = series.points();
    if (series.banded()) {
      List<String> edge = new ArrayList<>();
      points.forEach(p -> edge.add(Svg.point(x.at(p.x()), y.at(p.high()))));
      for (int i = points.size() - 1; i >= 0; i--) {
        edge.add(Svg.point(x.at(points.get(i).x()), y.at(points.get(i).low())));
      }
      svg.area(colour, String.join(" ", edge));
    }
    svg.polyline(
        colour,
        series.strong() ? 2.8 : 1.7,
        points.stream()
            .map(p -> Svg.point(x.at(p.x()), y.at(p.y())))
            .collect(Collectors.joining(" ")));
    if (points.size() <= MOST_DOTS) {
      points.forEach(p -> svg.dot(colour, x.at(p.x()), y.at(p.y()), series.strong() ? 4.2 : 3.2));
    }
  }

  private void labels(Svg svg, Scale x, Scale y) {
    double[] wanted = series.stream().mapToDouble(s -> y.at(s.last().y())).toArray();
    double[] placed = Labels.spread(wanted, LABEL_HEIGHT, TOP, BOTTOM);
    for (int i = 0; i < series.size(); i++) {
      double end = x.at(series.get(i).last().x());
      double label = x.to() + 16;
      // A leader where the label had to move away from its line, or the line ends early.
      if (Math.abs(placed[i] - wanted[i]) > 3 || label - end > 20) {
        svg.stroke(colour(i), 0.6, end + 6, wanted[i], label - 2, placed[i]);
      }
      svg.colouredText(
          colour(i), series.get(i).strong(), label, placed[i] + 4, series.get(i).name());
    }
  }

  private String colour(int index) {
    return Colours.of(series.get(index).name(), index);
  }

  /** Places labels near where they belong without laying one over another. */
  static final class Labels {
    private Labels() {}

    /** Labels that touch, and move as one. */
    private record Group(double wish, int size) {
      double top(double gap, double from, double to) {
        double height = (size - 1) * gap;
        return Math.max(from, Math.min(wish - height / 2, to - height));
      }

      /** The mean of the members' wishes is where the group's middle should be. */
      Group with(Group below) {
        int both = size + below.size;
        return new Group((wish * size + below.wish * below.size) / both, both);
      }
    }

    /**
     * Moves positions apart, as little as it takes.
     *
     * @param wanted in any order
     * @param gap the least distance between two
     * @return in the order of {@code wanted}: all between from and to, if there is room for them
     */
    static double[] spread(double[] wanted, double gap, double from, double to) {
      int[] order =
          IntStream.range(0, wanted.length)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> wanted[i]))
              .mapToInt(Integer::intValue)
              .toArray();
      Deque<Group> groups = new ArrayDeque<>();
      for (int i : order) {
        Group group = new Group(wanted[i], 1);
        while (!groups.isEmpty()
            && groups.getLast().top(gap, from, to) + groups.getLast().size() * gap
                > group.top(gap, from, to)) {
          group = groups.removeLast().with(group);
        }
        groups.addLast(group);
      }
      double[] placed = new double[wanted.length];
      int next = 0;
      for (Group group : groups) {
        for (int k = 0; k < group.size(); k++) {
          placed[order[next++]] = group.top(gap, from, to) + k * gap;
        }
      }
      return placed;
    }
  }
}

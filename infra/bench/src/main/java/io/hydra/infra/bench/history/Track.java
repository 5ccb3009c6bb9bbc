package io.hydra.infra.bench.history;

import java.util.ArrayList;
import java.util.List;

/** A figure over time. Not thread-safe. */
final class Track {
  private static final double NANOS = 1e9;

  private record Point(double seconds, double value) {}

  private final List<Point> points = new ArrayList<>();

  void add(long nanos, double value) {
    points.add(new Point(nanos / NANOS, value));
  }

  /** NaN if nothing was added. */
  double first() {
    return points.isEmpty() ? Double.NaN : points.get(0).value();
  }

  /** NaN if nothing was added. */
  double last() {
    return points.isEmpty() ? Double.NaN : points.get(points.size() - 1).value();
  }

  /** NaN if nothing was added. */
  double greatest() {
    return points.stream().mapToDouble(Point::value).max().orElse(Double.NaN);
  }

  /**
   * Rise per second while the value lies from {@code from} to {@code to}: between the first and the
   * last point there.
   *
   * @return NaN with fewer than two points there
   */
  double perSecond(double from, double to) {
    List<Point> within =
        points.stream().filter(point -> point.value() >= from && point.value() <= to).toList();
    if (within.size() < 2) {
      return Double.NaN;
    }
    Point first = within.get(0);
    Point last = within.get(within.size() - 1);
    return (last.value() - first.value()) / (last.seconds() - first.seconds());
  }

  /**
   * Rise per second of the line that fits all points best (least squares).
   *
   * @return NaN with fewer than two points
   */
  double slope() {
    double meanTime = points.stream().mapToDouble(Point::seconds).average().orElse(Double.NaN);
    double meanValue = points.stream().mapToDouble(Point::value).average().orElse(Double.NaN);
    double together = 0;
    double alone = 0;
    for (Point point : points) {
      double time = point.seconds() - meanTime;
      together += time * (point.value() - meanValue);
      alone += time * time;
    }
    return alone == 0 ? Double.NaN : together / alone;
  }
}

package io.hydra.infra.bench.history;

import static io.hydra.infra.bench.figure.Figures.format;
import static io.hydra.infra.bench.figure.Figures.number;

import io.hydra.infra.bench.figure.CpuTimes;
import io.hydra.runtime.text.TextTable;
import java.util.ArrayList;
import java.util.List;

/**
 * The measured figures.
 *
 * @param loadBefore processes that wanted to run in the minute before; negative if not told
 * @param settings the measured ones, in words
 * @param cpu of each part of the bench
 */
record HistoryReport(
    int processors,
    double loadBefore,
    String settings,
    List<Figure> figures,
    List<CpuTimes.Use> cpu) {
  private static final List<String> COLUMNS = List.of("", "value", "", "target", "");

  /**
   * One measured figure.
   *
   * @param target what it should be, and whether it is; may be empty
   * @param note a remark that belongs to it; may be empty
   */
  record Figure(String name, double value, String unit, String target, String note) {
    static Figure of(String name, double value, String unit, String note) {
      return new Figure(name, value, unit, "", note);
    }

    static Figure atLeast(String name, double value, String unit, double target, String note) {
      return new Figure(name, value, unit, target("≥", target, value >= target), note);
    }

    static Figure atMost(String name, double value, String unit, double target, String note) {
      return new Figure(name, value, unit, target("≤", target, value <= target), note);
    }

    private static String target(String sign, double target, boolean met) {
      return "%s %s: %s".formatted(sign, number(target), met ? "met" : "MISSED");
    }
  }

  String text() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(COLUMNS);
    for (Figure figure : figures) {
      rows.add(
          List.of(
              figure.name(),
              number(figure.value()),
              figure.unit(),
              figure.target(),
              figure.note()));
    }
    return TextTable.of(rows, column -> column == 1)
        + "\n"
        + CpuTimes.Use.table("processors in use", cpu, CpuTimes.Use::processors)
        + "\n"
        + CpuTimes.Use.table("µs of CPU an event", cpu, CpuTimes.Use::microsPerEvent)
        + format(
            "%n%s%n%d processors, shared by everything above; load before: %.1f%n",
            settings, processors, loadBefore);
  }
}

package io.hydra.infra.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * What was measured, for people and for programs.
 *
 * @param loadBefore processes that wanted to run in the minute before; negative if not told
 * @param cpu of each part of the bench
 */
record HistoryReport(
    int processors,
    double loadBefore,
    BenchSettings settings,
    List<Figure> figures,
    List<CpuUse> cpu) {
  private static final List<String> COLUMNS = List.of("", "value", "", "target", "");

  HistoryReport {
    figures = List.copyOf(figures);
    cpu = List.copyOf(cpu);
  }

  String text() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(COLUMNS);
    for (Figure figure : figures) {
      rows.add(
          List.of(
              figure.name(), number(figure.value()), figure.unit(), target(figure), figure.note()));
    }
    return aligned(rows, 1)
        + "\n"
        + table("processors in use", CpuUse::processors)
        + "\n"
        + table("µs of CPU an event", CpuUse::microsPerEvent)
        + String.format(
            Locale.ROOT,
            "%n%d processors, shared by everything above; load before: %.1f%n",
            processors,
            loadBefore);
  }

  private String table(String title, Function<CpuUse, Map<String, Double>> what) {
    List<String> programs =
        cpu.stream().flatMap(part -> what.apply(part).keySet().stream()).distinct().toList();
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of(title));
    head.addAll(programs);
    rows.add(head);
    for (CpuUse part : cpu) {
      List<String> row = new ArrayList<>(List.of(part.part()));
      Map<String, Double> used = what.apply(part);
      programs.forEach(
          program -> row.add(used.containsKey(program) ? number(used.get(program)) : ""));
      rows.add(row);
    }
    return aligned(rows, programs.size());
  }

  private static String target(Figure figure) {
    if (figure.target() == null) {
      return "";
    }
    return "%s %s: %s"
        .formatted(
            figure.atLeast() ? "≥" : "≤", number(figure.target()), figure.met() ? "met" : "MISSED");
  }

  /** Three figures are enough. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    double size = Math.abs(value);
    return String.format(Locale.ROOT, size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f", value);
  }

  /**
   * Columns.
   *
   * @param right how many columns after the first are flush right
   */
  private static String aligned(List<List<String>> rows, int right) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int c = 0; c < columns; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    StringBuilder out = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String space = " ".repeat(widths[c] - row.get(c).length());
        boolean flushRight = c >= 1 && c <= right;
        line.append(flushRight ? space + row.get(c) : row.get(c) + space).append("  ");
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
    return out.toString();
  }
}

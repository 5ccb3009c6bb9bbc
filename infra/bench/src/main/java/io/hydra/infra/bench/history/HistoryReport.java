package io.hydra.infra.bench.history;

import static io.hydra.infra.bench.figure.Figures.format;
import static io.hydra.infra.bench.figure.Figures.number;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.hydra.infra.bench.figure.CpuTimes;
import io.hydra.runtime.text.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The measured figures, for people and for programs.
 *
 * @param loadBefore processes that wanted to run in the minute before; negative if not told
 * @param cpu of each part of the bench
 */
record HistoryReport(
    int processors,
    double loadBefore,
    BenchSettings settings,
    List<Figure> figures,
    List<CpuTimes.Use> cpu) {
  private static final List<String> COLUMNS = List.of("", "value", "", "target", "");

  /**
   * One measured figure.
   *
   * @param target null for none
   * @param atLeast whether the target is the least value that meets it, or the greatest
   * @param met null without a target
   * @param note a remark that belongs to it; may be empty
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Figure(
      String name,
      double value,
      String unit,
      Double target,
      Boolean atLeast,
      Boolean met,
      String note) {
    static Figure of(String name, double value, String unit, String note) {
      return new Figure(name, value, unit, null, null, null, note);
    }

    static Figure atLeast(String name, double value, String unit, double target, String note) {
      return new Figure(name, value, unit, target, true, value >= target, note);
    }

    static Figure atMost(String name, double value, String unit, double target, String note) {
      return new Figure(name, value, unit, target, false, value <= target, note);
    }
  }

  String text() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(COLUMNS);
    for (Figure figure : figures) {
      rows.add(
          List.of(
              figure.name(), number(figure.value()), figure.unit(), target(figure), figure.note()));
    }
    return TextTable.of(rows, column -> column == 1)
        + "\n"
        + table("processors in use", CpuTimes.Use::processors)
        + "\n"
        + table("µs of CPU an event", CpuTimes.Use::microsPerEvent)
        + format(
            "%n%d processors, shared by everything above; load before: %.1f%n",
            processors, loadBefore);
  }

  private String table(String title, Function<CpuTimes.Use, Map<String, Double>> what) {
    List<String> programs =
        cpu.stream().flatMap(part -> what.apply(part).keySet().stream()).distinct().toList();
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of(title));
    head.addAll(programs);
    rows.add(head);
    for (CpuTimes.Use part : cpu) {
      List<String> row = new ArrayList<>(List.of(part.part()));
      Map<String, Double> used = what.apply(part);
      programs.forEach(
          program -> row.add(used.containsKey(program) ? number(used.get(program)) : ""));
      rows.add(row);
    }
    return TextTable.of(rows, column -> column > 0);
  }

  private static String target(Figure figure) {
    if (figure.target() == null) {
      return "";
    }
    return "%s %s: %s"
        .formatted(
            figure.atLeast() ? "≥" : "≤", number(figure.target()), figure.met() ? "met" : "MISSED");
  }
}

package io.hydra.infra.bench.figure;

import io.hydra.infra.process.ManagedProcess;
import io.hydra.runtime.text.TextTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Processor time used so far, in seconds.
 *
 * @param processes by name
 * @param machine of everything that runs here; NaN where the platform does not tell
 */
public record CpuTimes(long nanos, Map<String, Double> processes, double machine) {
  private static final String OTHERS = "everything else";
  private static final double NANOS = 1e9;
  private static final double TICKS_PER_SECOND = 100;

  /** In /proc/stat: user, nice, system; then idle and iowait; then irq, softirq. */
  private static final List<Integer> BUSY = List.of(1, 2, 3, 6, 7);

  /**
   * @param named this process's name in the table
   */
  public static CpuTimes now(List<ManagedProcess> stack, String named) {
    Map<String, Double> processes = new LinkedHashMap<>();
    stack.forEach(process -> processes.put(process.name(), seconds(process.pid())));
    processes.put(named, seconds(ProcessHandle.current().pid()));
    return new CpuTimes(System.nanoTime(), processes, machineSeconds());
  }

  private static double seconds(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(handle -> handle.info().totalCpuDuration())
        .map(Duration::toNanos)
        .map(nanos -> nanos / NANOS)
        .orElse(Double.NaN);
  }

  private static double machineSeconds() {
    try {
      String[] ticks = Files.readAllLines(Path.of("/proc/stat")).get(0).split("\\s+", -1);
      return BUSY.stream().mapToLong(i -> Long.parseLong(ticks[i])).sum() / TICKS_PER_SECOND;
    } catch (IOException | RuntimeException notLinux) {
      return Double.NaN;
    }
  }

  /** CPU seconds since {@code before}, by process; what other programs used comes last. */
  private Map<String, Double> since(CpuTimes before) {
    Map<String, Double> used = new LinkedHashMap<>();
    double known = 0;
    for (Map.Entry<String, Double> process : processes.entrySet()) {
      double own = process.getValue() - before.processes.getOrDefault(process.getKey(), 0.0);
      used.put(process.getKey(), own);
      known += own;
    }
    used.put(OTHERS, Math.max(0, machine - before.machine - known));
    return used;
  }

  double secondsSince(CpuTimes before) {
    return (nanos - before.nanos) / NANOS;
  }

  /**
   * CPU use by process during one part of the bench. Where other programs take their share, the CPU
   * time of an event still tells what a rate cannot.
   *
   * @param processors in use, by program
   * @param microsPerEvent CPU time, by program
   */
  public record Use(
      String part, Map<String, Double> processors, Map<String, Double> microsPerEvent) {
    private static final double MICROS = 1e6;

    public static Use between(String part, double events, CpuTimes before, CpuTimes after) {
      Map<String, Double> processors = new LinkedHashMap<>();
      Map<String, Double> micros = new LinkedHashMap<>();
      after
          .since(before)
          .forEach(
              (program, seconds) -> {
                processors.put(program, seconds / after.secondsSince(before));
                micros.put(program, seconds * MICROS / events);
              });
      return new Use(part, processors, micros);
    }

    /** A line for each part, a column for each program. */
    public static String table(
        String title, List<Use> parts, Function<Use, Map<String, Double>> what) {
      List<String> programs =
          parts.stream().flatMap(part -> what.apply(part).keySet().stream()).distinct().toList();
      List<List<String>> rows = new ArrayList<>();
      rows.add(Stream.concat(Stream.of(title), programs.stream()).toList());
      for (Use part : parts) {
        List<String> row = new ArrayList<>(List.of(part.part()));
        Map<String, Double> used = what.apply(part);
        programs.forEach(
            program -> row.add(used.containsKey(program) ? Figures.number(used.get(program)) : ""));
        rows.add(row);
      }
      return TextTable.of(rows, column -> column > 0);
    }
  }
}

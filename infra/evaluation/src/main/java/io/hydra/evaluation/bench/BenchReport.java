package io.hydra.evaluation.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydra.evaluation.bench.Line.TargetKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What was measured, for people and for programs.
 *
 * @param seconds of measuring per line
 * @param before the machine when it began
 * @param after and when it ended
 */
record BenchReport(
    double seconds, Machine before, Machine after, List<Line> lines, List<HeadSize> sizes) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> TIMES =
      List.of(
          "", "per s", "p50 µs", "p99 µs", "mean µs", "CPU µs", "CPU p99", "× ceiling", "target");
  private static final List<String> SIZES =
      List.of("heads of a user", "bytes", "the paper's", "× smaller", "GB for 10⁶ users");

  BenchReport {
    lines = List.copyOf(lines);
    sizes = List.copyOf(sizes);
  }

  String text() {
    StringBuilder out = new StringBuilder();
    String section = "";
    List<List<String>> rows = new ArrayList<>();
    for (Line line : lines) {
      if (!line.section().equals(section)) {
        section = line.section();
        rows.add(List.of(section, "", "", "", "", "", "", "", ""));
      }
      rows.add(row(line));
    }
    out.append(Aligned.table(TIMES, rows)).append('\n');
    out.append(Aligned.table(SIZES, sizes.stream().map(BenchReport::row).toList())).append('\n');
    out.append("One thread. CPU: of this thread, mean. × ceiling: CPU against the plain loop's.\n");
    return out.append(
            format(
                "%s, %d processors, load %.1f before and %.1f after; %s s a line after as much"
                    + " warm-up%n",
                before.java(), before.processors(), before.load(), after.load(), number(seconds)))
        .toString();
  }

  private static List<String> row(Line line) {
    Timing t = line.timing();
    return List.of(
        "  " + line.name(),
        number(t.perSecond()),
        number(t.p50()),
        number(t.p99()),
        number(t.mean()),
        number(t.cpu()),
        number(t.cpuP99()),
        Double.isNaN(line.ceiling()) ? "" : number(line.timesCeiling()),
        target(line));
  }

  private static String target(Line line) {
    if (line.targetKind() == TargetKind.NONE) {
      return "";
    }
    return "%s ≤ %s: %s"
        .formatted(
            line.targetKind() == TargetKind.CPU ? "CPU" : "p99",
            number(line.target()),
            line.meetsTarget() ? "met" : "MISSED");
  }

  private static List<String> row(HeadSize size) {
    return List.of(
        size.task(),
        format("%,d", size.bytes()),
        format("%,d", HeadSize.PAPER_BYTES),
        format("%,.0f", size.timesSmaller()),
        format("%.2f", size.gigabytesPerMillionUsers()));
  }

  /** Three figures are enough, and none before the point is left out. */
  static String number(double value) {
    if (value >= 100) {
      return format("%,.0f", value);
    }
    return format(value >= 10 ? "%.1f" : value >= 0.1 ? "%.2f" : "%.4f", value);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  String json() {
    ObjectNode root = JSON.createObjectNode();
    ObjectNode machine = root.putObject("machine");
    machine.put("java", before.java());
    machine.put("processors", before.processors());
    machine.put("loadBefore", before.load());
    machine.put("loadAfter", after.load());
    root.put("secondsPerLine", seconds);
    lines.forEach(line -> put(root.withArray("/lines").addObject(), line));
    root.put("paperBytes", HeadSize.PAPER_BYTES);
    for (HeadSize size : sizes) {
      ObjectNode node = root.withArray("/sizes").addObject();
      node.put("task", size.task());
      node.put("bytes", size.bytes());
      node.put("timesSmaller", size.timesSmaller());
      node.put("gigabytesPerMillionUsers", size.gigabytesPerMillionUsers());
    }
    return root.toPrettyString() + "\n";
  }

  private static void put(ObjectNode node, Line line) {
    Timing t = line.timing();
    node.put("section", line.section());
    node.put("name", line.name());
    node.put("runs", t.runs());
    node.put("perSecond", t.perSecond());
    node.put("p50Micros", t.p50());
    node.put("p99Micros", t.p99());
    node.put("meanMicros", t.mean());
    node.put("cpuMicros", t.cpu());
    node.put("cpuP99Micros", t.cpuP99());
    if (!Double.isNaN(line.ceiling())) {
      node.put("ceilingCpuMicros", line.ceiling());
      node.put("timesCeiling", line.timesCeiling());
    }
    if (line.targetKind() != TargetKind.NONE) {
      node.put("targetOf", line.targetKind() == TargetKind.CPU ? "cpuMicros" : "p99Micros");
      node.put("targetMicros", line.target());
      node.put("met", line.meetsTarget());
    }
  }
}

package io.hydra.infra.bench.heads;

import static io.hydra.infra.bench.figure.Figures.format;
import static io.hydra.infra.bench.figure.Figures.number;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.hydra.infra.bench.heads.HeadsReport.Line.TargetKind;
import io.hydra.infra.bench.heads.Meter.Timing;
import io.hydra.model.Learner;
import io.hydra.model.PersonalModel;
import io.hydra.model.feature.Samples;
import io.hydra.model.head.HeadFitter.FitSettings;
import io.hydra.model.task.TaskSpec;
import io.hydra.runtime.text.TextTable;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.redis.HistoryItem;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The measured figures, for people and for programs.
 *
 * @param seconds of measuring per line
 * @param before the machine when it began
 * @param after and when it ended
 */
record HeadsReport(
    double seconds, Machine before, Machine after, List<Line> lines, List<HeadSize> sizes) {
  private static final List<String> TIMES =
      List.of(
          "", "per s", "p50 µs", "p99 µs", "mean µs", "CPU µs", "CPU p99", "× ceiling", "target");
  private static final List<String> SIZES =
      List.of("heads of a user", "bytes", "the paper's", "× smaller", "GB for 10⁶ users");

  /**
   * The machine of a measurement, and how busy it was.
   *
   * @param load processes that wanted to run, mean over the last minute; negative if not told
   */
  record Machine(String java, int processors, double load) {
    static Machine now() {
      return new Machine(
          System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
          Runtime.getRuntime().availableProcessors(),
          ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }
  }

  /**
   * One user's heads of one task.
   *
   * @param bytes as stored, both halves fitted
   */
  @JsonPropertyOrder({"task", "bytes", "timesSmaller", "gigabytesPerMillionUsers"})
  record HeadSize(String task, int bytes) {
    /** Two heads of 768 · 768 + 768 + 768 · 2 + 2 float32. */
    static final long PAPER_BYTES = 2 * 2_368_520L;

    private static final int ITEMS = 20;

    static HeadSize of(PersonalModel model, TaskSpec task, MadeUp data) {
      Learner learner = model.learner(task, FitSettings.DEFAULT);
      for (HistoryItem item : data.history(task, ITEMS)) {
        learner.learn(item, Samples.of(data.samples(task, item)));
      }
      return new HeadSize(task.id(), HeadsCodec.encode(learner.heads(ITEMS)).length);
    }

    /** Number of these that fit into the place of the paper's heads. */
    @JsonProperty
    double timesSmaller() {
      return (double) PAPER_BYTES / bytes;
    }

    @JsonProperty
    double gigabytesPerMillionUsers() {
      return bytes / 1e3;
    }
  }

  String text() {
    String section = "";
    List<List<String>> times = new ArrayList<>(List.of(TIMES));
    for (Line line : lines) {
      if (!line.section().equals(section)) {
        section = line.section();
        times.add(List.of(section, "", "", "", "", "", "", "", ""));
      }
      times.add(row(line));
    }
    List<List<String>> bytes = new ArrayList<>(List.of(SIZES));
    sizes.forEach(size -> bytes.add(row(size)));
    return TextTable.of(times, column -> column > 0)
        + "\n"
        + TextTable.of(bytes, column -> column > 0)
        + "\nOne thread. CPU: of this thread, mean. × ceiling: CPU against the plain loop's.\n"
        + format(
            "%s, %d processors, load %.1f before and %.1f after; %s s a line after as much warm-up%n",
            before.java(), before.processors(), before.load(), after.load(), number(seconds));
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

  /** For programs; what a line does not have is left out. */
  Map<String, Object> json() {
    Map<String, Object> machine = new LinkedHashMap<>();
    machine.put("java", before.java());
    machine.put("processors", before.processors());
    machine.put("loadBefore", before.load());
    machine.put("loadAfter", after.load());
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("machine", machine);
    root.put("secondsPerLine", seconds);
    root.put("lines", lines.stream().map(HeadsReport::json).toList());
    root.put("paperBytes", HeadSize.PAPER_BYTES);
    root.put("sizes", sizes);
    return root;
  }

  private static Map<String, Object> json(Line line) {
    Timing t = line.timing();
    Map<String, Object> node = new LinkedHashMap<>();
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
    return node;
  }

  /**
   * One measured operation beside what bounds it.
   *
   * @param section the part of the model
   * @param name the operation
   * @param timing of one operation
   * @param ceiling CPU microseconds of the plain arithmetic of that size; NaN for a ceiling's own
   *     line
   * @param targetKind the figure that the target is about
   * @param target microseconds; NaN for none
   */
  record Line(
      String section,
      String name,
      Timing timing,
      double ceiling,
      TargetKind targetKind,
      double target) {
    /** CPU time, mean; or wall time, 99th percentile. */
    enum TargetKind {
      NONE,
      CPU,
      P99
    }

    static Line ceiling(String section, String name, Timing timing) {
      return new Line(section, name, timing, Double.NaN, TargetKind.NONE, Double.NaN);
    }

    static Line of(String section, String name, Timing timing, Timing ceiling) {
      return new Line(section, name, timing, ceiling.cpu(), TargetKind.NONE, Double.NaN);
    }

    /** The mean of the CPU time shall not be above this. */
    Line withCpuTarget(double micros) {
      return new Line(section, name, timing, ceiling, TargetKind.CPU, micros);
    }

    /** The 99th percentile of the wall time shall not be above this. */
    Line withP99Target(double micros) {
      return new Line(section, name, timing, ceiling, TargetKind.P99, micros);
    }

    /** CPU time as a multiple of the ceiling's. */
    double timesCeiling() {
      return timing.cpu() / ceiling;
    }

    boolean meetsTarget() {
      return switch (targetKind) {
        case NONE -> true;
        case CPU -> timing.cpu() <= target;
        case P99 -> timing.p99() <= target;
      };
    }
  }
}

package io.hydra.infra.bench.heads;

import static io.hydra.infra.bench.figure.Figures.format;
import static io.hydra.infra.bench.figure.Figures.number;

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
import java.util.List;

/**
 * The measured figures.
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
    double timesSmaller() {
      return (double) PAPER_BYTES / bytes;
    }

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
        line.target());
  }

  private static List<String> row(HeadSize size) {
    return List.of(
        size.task(),
        format("%,d", size.bytes()),
        format("%,d", HeadSize.PAPER_BYTES),
        format("%,.0f", size.timesSmaller()),
        format("%.2f", size.gigabytesPerMillionUsers()));
  }

  /**
   * One measured operation beside what bounds it.
   *
   * @param section the part of the model
   * @param name the operation
   * @param timing of one operation
   * @param ceiling CPU microseconds of the plain arithmetic of that size; NaN for a ceiling's own
   *     line
   * @param target what it should be, and whether it is; may be empty
   */
  record Line(String section, String name, Timing timing, double ceiling, String target) {
    static Line ceiling(String section, String name, Timing timing) {
      return new Line(section, name, timing, Double.NaN, "");
    }

    static Line of(String section, String name, Timing timing, Timing ceiling) {
      return new Line(section, name, timing, ceiling.cpu(), "");
    }

    /** The mean of the CPU time shall not be above this. */
    Line withCpuTarget(double micros) {
      return withTarget("CPU", timing.cpu(), micros);
    }

    /** The 99th percentile of the wall time shall not be above this. */
    Line withP99Target(double micros) {
      return withTarget("p99", timing.p99(), micros);
    }

    private Line withTarget(String of, double micros, double most) {
      String met = micros <= most ? "met" : "MISSED";
      return new Line(
          section, name, timing, ceiling, "%s ≤ %s: %s".formatted(of, number(most), met));
    }

    /** CPU time as a multiple of the ceiling's. */
    double timesCeiling() {
      return timing.cpu() / ceiling;
    }
  }
}

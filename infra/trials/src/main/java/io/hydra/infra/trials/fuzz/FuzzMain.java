package io.hydra.infra.trials.fuzz;

import io.hydra.infra.trials.fuzz.Fuzzer.Entry;
import io.hydra.infra.trials.fuzz.Fuzzer.Findings;
import io.hydra.runtime.service.Program;
import io.hydra.runtime.service.Threads;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Mutated records, replies, files and stored values, through the code that reads them. */
@Command(
    name = "hydra fuzz",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Give mutated records, replies, files and stored values to the code that reads them.",
      "A seeded mutator of this project's own changes the hostile corpus, and looks at no coverage.",
      "All in one JVM, without sockets. Exit code 0 only if nothing crashed and nothing took more"
          + " than five seconds of processor time."
    })
public final class FuzzMain implements Callable<Integer> {
  private static final int MIB = 1024 * 1024;
  private static final int TICK_SECONDS = 10;

  /** An input that has not come back after so many never will. */
  private static final int PATIENT_TICKS = 6;

  @Spec private CommandSpec spec;

  @Option(
      names = "--records",
      defaultValue = "1000000",
      description = "How many, over all entries (default: ${DEFAULT-VALUE})")
  private long records;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Of the mutations (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(names = "--entry", paramLabel = "NAME", description = "This entry alone")
  private String only;

  @Option(
      names = "--index",
      paramLabel = "N",
      description = "This mutant of --entry alone, as a crash named it")
  private Long index;

  /** Counts the beginnings and the ends of inputs. */
  private final AtomicLong clockReadings = new AtomicLong();

  private volatile String entryName = "";

  public static void main(String[] args) {
    // The services on this class path bring configurations of their own.
    System.setProperty("logback.configurationFile", "fuzz-logback.xml");
    System.exit(Program.run(new FuzzMain(), args));
  }

  @Override
  public Integer call() throws IOException {
    require(records > 0, "--records must be 1 or more");
    require(index == null || only != null, "--index is of one entry: name it with --entry");
    Path folder = Files.createTempDirectory("hydra-fuzz");
    try {
      return fuzz(chosen(new Entries(folder).all()));
    } finally {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  private void require(boolean holds, String message) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  private List<Entry> chosen(List<Entry> all) {
    List<Entry> chosen =
        all.stream().filter(entry -> only == null || entry.name().equals(only)).toList();
    String names =
        all.stream().map(entry -> "\"" + entry.name() + "\"").collect(Collectors.joining(", "));
    require(!chosen.isEmpty(), "--entry is one of " + names);
    return chosen;
  }

  private int fuzz(List<Entry> entries) {
    PrintWriter out = spec.commandLine().getOut();
    long begin = System.nanoTime();
    List<Findings> findings = new ArrayList<>();
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    Fuzzer fuzzer =
        new Fuzzer(
            seed,
            () -> {
              clockReadings.incrementAndGet();
              return threads.getCurrentThreadCpuTime();
            });
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(Threads.daemon("fuzz-progress"));
    try {
      var unused =
          timer.scheduleAtFixedRate(
              new Progress()::tick, TICK_SECONDS, TICK_SECONDS, TimeUnit.SECONDS);
      long each = (records + entries.size() - 1) / entries.size();
      for (Entry entry : entries) {
        entryName = entry.name();
        Findings found = index == null ? fuzzer.run(entry, 0, each) : fuzzer.run(entry, index, 1);
        findings.add(found);
        out.println(line(found));
        found.crashes().forEach(crash -> out.println(line(crash)));
      }
    } finally {
      timer.shutdownNow();
    }
    long crashes = findings.stream().mapToLong(found -> found.crashes().size()).sum();
    out.printf(
        Locale.ROOT,
        "%d records, %d crashes, %.0f s, seed %d, own mutator without coverage; heap at most %d MiB"
            + " of %d; %d cores, Java %s%n",
        findings.stream().mapToLong(Findings::records).sum(),
        crashes,
        (System.nanoTime() - begin) / 1e9,
        seed,
        peakHeapMib(),
        Runtime.getRuntime().maxMemory() / MIB,
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.version"));
    out.flush();
    return crashes == 0 ? 0 : 1;
  }

  private static String line(Findings found) {
    return String.format(
        Locale.ROOT,
        "%-20s %,10d records, %,10d accepted, slowest %d ms; rejected %s",
        found.entry(),
        found.records(),
        found.accepted(),
        found.worstMillis(),
        found.rejections());
  }

  private String line(Findings.Crash crash) {
    return "  CRASH: hydra fuzz --seed %d --entry \"%s\" --index %d%n    %s"
        .formatted(seed, crash.entry(), crash.index(), crash.what());
  }

  /** The sum of the pools' own peaks, which is no less than the peak of the sum. */
  private static long peakHeapMib() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .mapToLong(pool -> pool.getPeakUsage().getUsed())
            .sum()
        / MIB;
  }

  /** Says how far it is, and ends the process where one input never comes back. */
  private final class Progress {
    private long seen = -1;
    private int still;

    void tick() {
      long now = clockReadings.get();
      still = now == seen ? still + 1 : 0;
      seen = now;
      if (still < PATIENT_TICKS) {
        System.err.printf(Locale.ROOT, "%,d records, now \"%s\"%n", now / 2, entryName);
        return;
      }
      System.err.printf(
          "an input of the entry \"%s\" does not come back, about %d inputs from the start%n",
          entryName, now / 2);
      Runtime.getRuntime().halt(1);
    }
  }
}

package io.hydra.infra.trials.fuzz;

import io.hydra.infra.trials.fuzz.Fuzzer.Entry;
import io.hydra.infra.trials.fuzz.Fuzzer.Findings;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
          + " than a second of processor time."
    })
public final class FuzzMain implements Callable<Integer> {
  private static final int MIB = 1024 * 1024;

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

  public static void main(String[] args) {
    // The services on this class path bring configurations of their own.
    System.setProperty("logback.configurationFile", "fuzz-logback.xml");
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new FuzzMain());
    line.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    return line;
  }

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("hydra-fuzz");
    try {
      return fuzz(chosen(new Entries(folder).all()));
    } finally {
      remove(folder);
    }
  }

  private List<Entry> chosen(List<Entry> all) {
    if (index != null && only == null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--index is of one entry: name it with --entry");
    }
    if (only == null) {
      return all;
    }
    List<Entry> one = all.stream().filter(entry -> entry.name().equals(only)).toList();
    if (one.isEmpty()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "--entry is one of "
              + String.join(", ", all.stream().map(entry -> "\"" + entry.name() + "\"").toList()));
    }
    return one;
  }

  private int fuzz(List<Entry> entries) {
    PrintWriter out = spec.commandLine().getOut();
    long begin = System.nanoTime();
    AtomicLong inputs = new AtomicLong();
    List<Findings> findings = new ArrayList<>();
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    Fuzzer fuzzer =
        new Fuzzer(
            seed,
            () -> {
              inputs.incrementAndGet();
              return threads.getCurrentThreadCpuTime();
            });
    String[] now = {""};
    try (Watchdog unused = new Watchdog(inputs::get, () -> halt(now[0], inputs.get()))) {
      long each = Math.max(1, (records + entries.size() - 1) / entries.size());
      for (Entry entry : entries) {
        now[0] = entry.name();
        Findings found = index == null ? fuzzer.run(entry, 0, each) : fuzzer.run(entry, index, 1);
        findings.add(found);
        out.println(line(found));
        found.crashes().forEach(crash -> out.println(line(crash)));
      }
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
            .map(MemoryPoolMXBean::getPeakUsage)
            .mapToLong(usage -> usage.getUsed())
            .sum()
        / MIB;
  }

  private static void halt(String entry, long inputs) {
    System.err.printf(
        "an input of the entry \"%s\" does not come back, about %d inputs from the start%n",
        entry, inputs / 2);
    Runtime.getRuntime().halt(1);
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /** Ends the process where one input never comes back, and says which. */
  static final class Watchdog implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ScheduledExecutorService thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread daemon = new Thread(task, "fuzz-watchdog");
              daemon.setDaemon(true);
              return daemon;
            });

    /**
     * @param progress rises with every input
     * @param stuck told once when it no longer does
     */
    Watchdog(LongSupplier progress, Runnable stuck) {
      long[] seen = {-1};
      var unused =
          thread.scheduleAtFixedRate(
              () -> {
                long now = progress.getAsLong();
                if (now == seen[0]) {
                  stuck.run();
                }
                seen[0] = now;
              },
              PATIENCE.toSeconds(),
              PATIENCE.toSeconds(),
              TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      thread.shutdownNow();
    }
  }
}

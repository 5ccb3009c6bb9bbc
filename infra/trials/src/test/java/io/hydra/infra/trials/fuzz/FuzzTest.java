package io.hydra.infra.trials.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.trials.fuzz.Fuzzer.Entry;
import io.hydra.infra.trials.fuzz.Fuzzer.Findings;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mutated records, replies, files and stored values, through the code that reads them: the hostile
 * corpus, changed by a seeded mutator that looks at no coverage. All in one JVM, without sockets.
 */
class FuzzTest {
  /** Over all entries. */
  private static final long RECORDS = Long.getLong("hydra.fuzz.records", 5_000);

  private static final long SEED = Long.getLong("hydra.fuzz.seed", 7);

  /** This entry alone; with the index, the one mutant of it that a crash named. */
  private static final String ENTRY = System.getProperty("hydra.fuzz.entry");

  private static final Long INDEX = Long.getLong("hydra.fuzz.index");
  private static final int MIB = 1024 * 1024;

  @TempDir private Path folder;

  @Test
  void noMutantBringsDownWhatReadsIt() throws Exception {
    List<Entry> entries =
        new Entries(folder)
            .all().stream().filter(entry -> ENTRY == null || entry.name().equals(ENTRY)).toList();
    assertThat(entries).as("entries called %s", ENTRY).isNotEmpty();
    Fuzzer fuzzer = new Fuzzer(SEED, ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime);
    long begin = System.nanoTime();
    long each = (RECORDS + entries.size() - 1) / entries.size();
    List<Findings> findings = new ArrayList<>();
    for (Entry entry : entries) {
      // Told before, so that the last line names an input that never comes back.
      System.out.printf("%-20s ", entry.name());
      Findings found = INDEX == null ? fuzzer.run(entry, 0, each) : fuzzer.run(entry, INDEX, 1);
      findings.add(found);
      System.out.printf(
          Locale.ROOT,
          "%,10d records, %,10d accepted, slowest %d ms; rejected %s%n",
          found.records(),
          found.accepted(),
          found.worstMillis(),
          found.rejections());
    }
    System.out.printf(
        Locale.ROOT,
        "%,d records, %.0f s, seed %d; heap at most %d MiB of %d%n",
        findings.stream().mapToLong(Findings::records).sum(),
        (System.nanoTime() - begin) / 1e9,
        SEED,
        peakHeapMib(),
        Runtime.getRuntime().maxMemory() / MIB);
    assertThat(findings).as("seed %d", SEED).flatExtracting(Findings::crashes).isEmpty();
  }

  /** The sum of each pool's peak, which is at least the peak of the sum. */
  private static long peakHeapMib() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .mapToLong(pool -> pool.getPeakUsage().getUsed())
            .sum()
        / MIB;
  }
}

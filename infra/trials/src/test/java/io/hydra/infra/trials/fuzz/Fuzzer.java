package io.hydra.infra.trials.fuzz;

import io.hydra.infra.trials.fuzz.Fuzzer.Findings.Crash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Gives an entry its mutants, one by one, and keeps what became of them.
 *
 * @param processorNanos of this thread: the clock on the wall counts what other processes do
 */
record Fuzzer(long seed, LongSupplier processorNanos) {
  /** More than this is a hang: the largest file takes cold code half a second on a busy machine. */
  static final Duration LONGEST = Duration.ofSeconds(5);

  private static final int MOST_CRASHES = 20;
  private static final int FRAMES = 6;

  /** Stops early at an entry that crashes again and again. */
  Findings run(Entry entry, long from, long records) {
    Mutator mutator = new Mutator(seed, entry.seeds());
    SortedMap<String, Long> rejections = new TreeMap<>();
    List<Crash> crashes = new ArrayList<>();
    long accepted = 0;
    long worst = 0;
    long done = 0;
    for (; done < records && crashes.size() < MOST_CRASHES; done++) {
      long index = from + done;
      byte[] mutant = mutator.mutant(index);
      long begin = processorNanos.getAsLong();
      try {
        entry.target().read(mutant);
        accepted++;
      } catch (Throwable thrown) {
        if (entry.isRejection(thrown)) {
          rejections.merge(thrown.getClass().getSimpleName(), 1L, Long::sum);
        } else {
          crashes.add(new Crash(entry.name(), index, told(thrown)));
        }
      }
      long nanos = processorNanos.getAsLong() - begin;
      worst = Math.max(worst, nanos);
      if (nanos > LONGEST.toNanos()) {
        crashes.add(new Crash(entry.name(), index, "took %d ms".formatted(nanos / 1_000_000)));
      }
    }
    return new Findings(entry.name(), done, accepted, rejections, crashes, worst / 1_000_000);
  }

  private static String told(Throwable thrown) {
    return thrown
        + Arrays.stream(thrown.getStackTrace())
            .limit(FRAMES)
            .map(frame -> "\n      at " + frame)
            .collect(Collectors.joining());
  }

  /**
   * A place where bytes from outside are read.
   *
   * @param seeds inputs as they come, good and bad
   * @param rejections the exceptions it may throw, subclasses included; anything else is a crash
   */
  record Entry(
      String name, List<byte[]> seeds, Target target, Set<Class<? extends Throwable>> rejections) {
    Entry {
      seeds = List.copyOf(seeds);
      rejections = Set.copyOf(rejections);
    }

    @FunctionalInterface
    interface Target {
      /** Reads it, and throws what is rejected. */
      void read(byte[] input) throws Exception;
    }

    boolean isRejection(Throwable thrown) {
      return rejections.stream().anyMatch(type -> type.isInstance(thrown));
    }
  }

  /**
   * The outcomes of one entry's mutants.
   *
   * @param rejections count by class
   * @param worstMillis processor time of the slowest
   */
  record Findings(
      String entry,
      long records,
      long accepted,
      SortedMap<String, Long> rejections,
      List<Crash> crashes,
      long worstMillis) {
    Findings {
      crashes = List.copyOf(crashes);
    }

    /**
     * A mutant that threw what it must not, or took too long.
     *
     * @param index gives the same mutant again, with the same seed and entry
     */
    record Crash(String entry, long index, String what) {}
  }
}

package io.hydra.infra.trials.fuzz;

import java.util.List;
import java.util.SortedMap;

/**
 * What became of one entry's mutants.
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

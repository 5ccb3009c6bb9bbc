package io.hydra.infra.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who used the processors during one part of the bench. Where other programs take their share, the
 * CPU time of an event still tells what a rate cannot.
 *
 * @param processors in use, by program
 * @param microsPerEvent CPU time, by program
 */
record CpuUse(String part, Map<String, Double> processors, Map<String, Double> microsPerEvent) {
  private static final double MICROS = 1e6;

  static CpuUse between(String part, double events, CpuTimes before, CpuTimes after) {
    Map<String, Double> processors = new LinkedHashMap<>();
    Map<String, Double> micros = new LinkedHashMap<>();
    after
        .since(before)
        .forEach(
            (program, seconds) -> {
              processors.put(program, seconds / after.secondsSince(before));
              micros.put(program, seconds * MICROS / events);
            });
    return new CpuUse(part, processors, micros);
  }
}

package io.hydra.evaluation.bench;

import java.lang.management.ManagementFactory;

/**
 * What a measurement ran on, and how busy that was.
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

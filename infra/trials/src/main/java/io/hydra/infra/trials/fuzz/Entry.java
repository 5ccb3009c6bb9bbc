package io.hydra.infra.trials.fuzz;

import java.util.List;
import java.util.Set;

/**
 * A place where bytes from outside are read.
 *
 * @param seeds inputs as they come, good and bad
 * @param rejections what it may throw, subclasses included; anything else is a crash
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

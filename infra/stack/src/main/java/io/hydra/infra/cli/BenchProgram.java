package io.hydra.infra.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The program that a bench runs.
 *
 * @param words what to measure, then the options
 */
record BenchProgram(int heapMib, List<String> words) {
  /** By name: what it measures with is none of this module's business. */
  private static final String MODULE = "infra/bench";

  private static final String MAIN = "io.hydra.infra.bench.BenchMain";
  private static final int HEADS_HEAP_MIB = 1024;
  private static final int STACK_HEAP_MIB = 512;

  BenchProgram {
    words = List.copyOf(words);
  }

  static BenchProgram heads(List<String> words) {
    return new BenchProgram(HEADS_HEAP_MIB, words);
  }

  /**
   * @param stack folder of the throw-away stack
   */
  static BenchProgram history(List<String> words, Path home, Path stack) {
    List<String> all = new ArrayList<>(words.subList(0, 1));
    all.addAll(List.of("--home", home.toString(), "--dir", stack.toString()));
    all.addAll(words.subList(1, words.size()));
    return new BenchProgram(STACK_HEAP_MIB, all);
  }

  int run(ModuleMain runner) throws InterruptedException {
    return runner.run(MODULE, MAIN, heapMib, words);
  }
}

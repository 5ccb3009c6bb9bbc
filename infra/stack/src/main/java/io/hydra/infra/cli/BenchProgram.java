package io.hydra.infra.cli;

import io.hydra.infra.stack.Component;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The program that a bench runs.
 *
 * @param words what to measure, then the options
 */
record BenchProgram(String module, String main, int heapMib, List<String> words) {
  private static final String HEADS = "io.hydra.evaluation.bench.BenchMain";
  private static final int HEADS_HEAP_MIB = 1024;

  /** By name: what it measures with is none of this package's business. */
  private static final String STACK = "io.hydra.infra.bench.BenchMain";

  private static final int STACK_HEAP_MIB = 512;

  BenchProgram {
    words = List.copyOf(words);
  }

  static BenchProgram heads(List<String> words) {
    return new BenchProgram(EvaluateCommand.MODULE, HEADS, HEADS_HEAP_MIB, words);
  }

  /**
   * @param stack folder of the throw-away stack
   */
  static BenchProgram history(List<String> words, Path home, Path stack) {
    List<String> all = new ArrayList<>(words.subList(0, 1));
    all.addAll(List.of("--home", home.toString(), "--dir", stack.toString()));
    all.addAll(words.subList(1, words.size()));
    return new BenchProgram(Component.REDIS.module(), STACK, STACK_HEAP_MIB, all);
  }

  int run(ModuleMain runner) throws InterruptedException {
    return runner.run(module, main, heapMib, words);
  }
}

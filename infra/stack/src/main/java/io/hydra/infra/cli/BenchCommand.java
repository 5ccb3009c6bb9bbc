package io.hydra.infra.cli;

import io.hydra.infra.output.PrivateFiles;
import io.hydra.infra.process.ModuleMain;
import io.hydra.runtime.service.Closer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Measurements of speed and size, each in a separate process, which is told what to measure. */
@Command(name = "bench", description = "Measure speed and size.")
final class BenchCommand extends HydraCommand {
  private static final List<String> THERE =
      List.of("gateway", "heads", "history", "lag", "loop", "serving");

  @Parameters(
      arity = "1..*",
      paramLabel = "WHAT",
      description = {
        "gateway: events by HTTP and through the Java client, beside the bare producer, with its"
            + " own throw-away stack",
        "heads: the model, from texts to a personalized choice",
        "history: events into histories, with a stack likewise",
        "lag: the lag monitor on 1,000 partitions and 20 groups, with a stack likewise",
        "loop: events and verdicts into heads, with a stack likewise",
        "serving: queries into answers, beside plain consumers, with a stack likewise",
        "Each has options: see hydra bench WHAT --help"
      })
  private List<String> words;

  @Override
  public Integer call() throws InterruptedException {
    Path home = StackFolder.home();
    return switch (words.get(0)) {
      case "heads" -> BenchProgram.heads(words).run(new ModuleMain(home));
      case "gateway", "history", "lag", "loop", "serving" -> onStack(home);
      default -> throw wrongUsage(trouble());
    };
  }

  private int onStack(Path home) throws InterruptedException {
    try (Closer cleanup = Closer.closedAtExit("hydra-cleanup")) {
      Path temp = cleanup.own(PrivateFiles::createTemp, PrivateFiles::remove);
      return BenchProgram.onStack(words, home, temp.resolve("stack"))
          .run(new ModuleMain(home, temp.resolve("bench")));
    }
  }

  private String trouble() {
    return "hydra bench %s is unknown; what can be measured: %s"
        .formatted(words.get(0), String.join(", ", THERE));
  }

  /**
   * The program that a bench runs.
   *
   * @param words the name of the benchmark, then its options
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

    static BenchProgram onStack(List<String> words, Path home, Path stack) {
      List<String> all = new ArrayList<>(words.subList(0, 1));
      all.addAll(List.of("--home", home.toString(), "--dir", stack.toString()));
      all.addAll(words.subList(1, words.size()));
      return new BenchProgram(STACK_HEAP_MIB, all);
    }

    int run(ModuleMain runner) throws InterruptedException {
      return runner.run(MODULE, MAIN, heapMib, words);
    }
  }
}

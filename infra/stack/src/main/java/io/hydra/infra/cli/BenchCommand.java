package io.hydra.infra.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measurements of speed and size, in a process of their own. */
@Command(name = "bench", mixinStandardHelpOptions = true, description = "Measure speed and size.")
final class BenchCommand implements Callable<Integer> {
  private static final String MAIN = "io.hydra.trainer.evaluation.bench.BenchMain";
  private static final int HEAP_MIB = 1024;
  private static final String THERE = "heads";
  private static final List<String> TO_COME = List.of("history", "serving", "all");

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "WHAT",
      description =
          "heads: the model, from texts to a personalized choice; see hydra bench heads --help")
  private List<String> words;

  @Override
  public Integer call() throws InterruptedException {
    String what = words.get(0);
    if (!what.equals(THERE)) {
      String trouble = TO_COME.contains(what) ? "is not there yet" : "is unknown";
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "hydra bench %s %s; what can be measured: %s".formatted(what, trouble, THERE));
    }
    return new ModuleMain(new StackFolder().home())
        .run(EvaluateCommand.MODULE, MAIN, HEAP_MIB, words.subList(1, words.size()));
  }
}

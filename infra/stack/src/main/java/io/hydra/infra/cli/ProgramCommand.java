package io.hydra.infra.cli;

import io.hydra.infra.output.PrivateFiles;
import io.hydra.infra.process.ModuleMain;
import io.hydra.infra.training.BaseTraining;
import io.hydra.runtime.service.Closer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/**
 * Another module's program, which has its own options and help, in a process of its own on copies
 * of the jars: a build meanwhile does it no harm. By name: what it is made of is none of this
 * module's business.
 */
abstract class ProgramCommand implements Callable<Integer> {
  private final String module;
  private final String main;
  private final int heapMib;

  @Unmatched private List<String> words = new ArrayList<>();

  ProgramCommand(String module, String main, int heapMib) {
    this.module = module;
    this.main = main;
    this.heapMib = heapMib;
  }

  /** Words in front of the user's; {@code temp} is removed when the program has ended. */
  List<String> firstWords(Path home, Path temp) {
    return List.of();
  }

  @Override
  public Integer call() throws InterruptedException {
    Path home = StackFolder.home();
    try (Closer cleanup = Closer.closedAtExit("hydra-cleanup")) {
      Path temp = cleanup.own(PrivateFiles::createTemp, PrivateFiles::remove);
      List<String> all = new ArrayList<>(firstWords(home, temp));
      all.addAll(words);
      return new ModuleMain(home, temp.resolve("lib")).run(module, main, heapMib, all);
    }
  }

  @Command(name = "train-base", description = "Train a base; see hydra train-base --help.")
  static final class TrainBase extends ProgramCommand {
    TrainBase() {
      super(BaseTraining.MODULE, BaseTraining.MAIN, 1024);
    }
  }

  /** The evaluation; a simulated LLM runs in its process if none is named. */
  @Command(
      name = "evaluate",
      description = "Measure hydra against its alternatives; see hydra evaluate --help.")
  static final class Evaluate extends ProgramCommand {
    Evaluate() {
      super("infra/evaluation", "io.hydra.evaluation.EvaluateMain", 3840);
    }
  }

  @Command(name = "bench", description = "Measure speed and size; see hydra bench --help.")
  static final class Bench extends ProgramCommand {
    Bench() {
      super("infra/bench", "io.hydra.infra.bench.BenchMain", 1024);
    }

    @Override
    List<String> firstWords(Path home, Path temp) {
      return List.of("--home", home.toString(), "--dir", temp.resolve("stack").toString());
    }
  }
}

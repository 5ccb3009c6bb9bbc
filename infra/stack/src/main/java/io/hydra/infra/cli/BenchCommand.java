package io.hydra.infra.cli;

import io.hydra.runtime.service.Closer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measurements of speed and size, each in a process of its own, which is told what to measure. */
@Command(name = "bench", mixinStandardHelpOptions = true, description = "Measure speed and size.")
final class BenchCommand implements Callable<Integer> {
  private static final List<String> THERE = List.of("heads", "history");
  private static final List<String> TO_COME = List.of("serving", "all");

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "WHAT",
      description = {
        "heads: the model, from texts to a personalized choice",
        "history: events into histories, with a throw-away stack of its own",
        "Each has options: see hydra bench WHAT --help"
      })
  private List<String> words;

  @Override
  public Integer call() throws InterruptedException {
    Path home = StackFolder.home();
    return switch (words.get(0)) {
      case "heads" -> BenchProgram.heads(words).run(new ModuleMain(home));
      case "history" -> history(home);
      default -> throw new CommandLine.ParameterException(spec.commandLine(), trouble());
    };
  }

  private int history(Path home) throws InterruptedException {
    try (Closer cleanup = Closer.closedAtExit("hydra-cleanup")) {
      Path temp = cleanup.own(TempFolder::create, TempFolder::remove);
      return BenchProgram.history(words, home, temp.resolve("stack"))
          .run(new ModuleMain(home, temp.resolve("bench")));
    }
  }

  private String trouble() {
    String what = words.get(0);
    return "hydra bench %s %s; what can be measured: %s"
        .formatted(
            what,
            TO_COME.contains(what) ? "is not there yet" : "is unknown",
            String.join(", ", THERE));
  }
}

package io.hydra.infra.cli;

import io.hydra.datasets.lamp.LampFolds;
import io.hydra.datasets.lamp.LampHalves;
import io.hydra.datasets.lamp.LampReader;
import io.hydra.datasets.lamp.LampSplit;
import io.hydra.datasets.lamp.LampUser;
import io.hydra.infra.output.PrivateFiles;
import io.hydra.infra.process.ModuleMain;
import io.hydra.infra.stack.SimulatedLlmProcess;
import io.hydra.infra.training.TrainingData;
import io.hydra.runtime.service.Closer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** The evaluation, in a separate process; a simulated LLM runs beside it if none is named. */
@Command(
    name = "evaluate",
    description = "Measure hydra against its alternatives; see hydra evaluate --help.")
final class EvaluateCommand implements Callable<Integer> {
  static final String MODULE = "infra/evaluation";
  private static final String MAIN = "io.hydra.evaluation.EvaluateMain";
  private static final int HEAP_MIB = 3072;

  private static final double STRONG_EVIDENCE = 2;

  /** A port that nothing listens on: the options are read, and nobody is asked. */
  private static final String NOBODY = "http://127.0.0.1:9/v1";

  private static final String HELP =
      """

      Without --llm, and without HYDRA_LLM_BASE_URL, a SIMULATED LLM answers: it is started for the
      run and learns from training users that the base does not learn from. Its figures show that
      the way works and what it costs, not how good a real LLM would be.
      """;

  @Spec private CommandSpec spec;
  @Unmatched private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws InterruptedException {
    Path home = StackFolder.home();
    EvaluateWords words = EvaluateWords.of(arguments, System.getenv());
    String lone = words.optionOfUnnamedLlm();
    if (lone != null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), lone + " describes an LLM that is not named: add --llm URL");
    }
    try (Closer cleanup = Closer.closedAtExit("hydra-cleanup")) {
      Path temp = cleanup.own(PrivateFiles::createTemp, PrivateFiles::remove);
      ModuleMain evaluator = new ModuleMain(home, temp.resolve("evaluator"));
      if (words.wantsHelp()) {
        return help(evaluator);
      }
      if (words.namesLlm()) {
        return run(evaluator, arguments);
      }
      // In front: behind an option that lacks its value they would be blamed for it.
      List<String> check = new ArrayList<>(List.of("--llm", NOBODY, "--check-only"));
      check.addAll(arguments);
      int exitCode = run(evaluator, check);
      return exitCode == 0
          ? withSimulatedLlm(words, home, temp.resolve("llm"), evaluator, cleanup)
          : exitCode;
    }
  }

  private int help(ModuleMain evaluator) throws InterruptedException {
    int exitCode = run(evaluator, List.of("--help"));
    PrintWriter out = spec.commandLine().getOut();
    out.print(HELP);
    out.flush();
    return exitCode;
  }

  private int withSimulatedLlm(
      EvaluateWords words, Path home, Path folder, ModuleMain evaluator, Closer cleanup)
      throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    err.println("no LLM is named: a SIMULATED one answers (--llm URL for a real one)");
    Map<String, Path> priors =
        EvaluationPriors.write(words.data(), words.folds(), words.strongLlm(), folder);
    SimulatedLlmProcess llm =
        cleanup.own(
            () ->
                SimulatedLlmProcess.spawn(
                    home, folder, priors, words.strongLlm() ? STRONG_EVIDENCE : 1),
            SimulatedLlmProcess::close);
    llm.awaitReady(err::println);
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of("--llm", llm.baseUrl(), "--llm-simulated"));
    all.addAll(
        List.of("--llm-model", SimulatedLlmProcess.MODEL + (words.folds() == 0 ? "" : "-f{fold}")));
    all.addAll(List.of("--llm-namespace", "simulated " + llm.fingerprint()));
    llm.onExit(evaluator::stop);
    int exitCode = run(evaluator, all);
    if (exitCode != 0) {
      llm.requireAlive();
    }
    return exitCode;
  }

  private static int run(ModuleMain evaluator, List<String> words) throws InterruptedException {
    return evaluator.run(MODULE, MAIN, HEAP_MIB, words);
  }

  /**
   * The evaluator's options that the launcher must know; it leaves their check to the evaluator.
   */
  @Command
  static final class EvaluateWords {
    @Option(names = {"-h", "--help"})
    private boolean help;

    @Option(names = "--data")
    private String data;

    @Option(names = "--folds")
    private String folds = "0";

    @Option(names = {"--llm", "--llm-base-url"})
    private String llm;

    @Option(names = "--llm-model")
    private String model;

    @Option(names = "--llm-namespace")
    private String namespace;

    @Option(names = "--llm-simulated")
    private boolean simulated;

    @Option(names = "--strong-llm")
    private boolean strongLlm;

    private EvaluateWords() {}

    /**
     * @param environment names the LLM where the words do not
     * @return the options that could be read; the evaluator refuses the rest
     */
    static EvaluateWords of(List<String> words, Map<String, String> environment) {
      EvaluateWords read = new EvaluateWords();
      CommandLine line =
          new CommandLine(read)
              .setUnmatchedArgumentsAllowed(true)
              .setOverwrittenOptionsAllowed(true);
      line.getCommandSpec().parser().collectErrors(true);
      CommandLine.ParseResult unused = line.parseArgs(words.toArray(String[]::new));
      if (read.llm == null) {
        String named = environment.getOrDefault("HYDRA_LLM_BASE_URL", "");
        read.llm = named.isBlank() ? null : named;
      }
      return read;
    }

    boolean wantsHelp() {
      return help;
    }

    boolean namesLlm() {
      return llm != null;
    }

    boolean strongLlm() {
      return strongLlm;
    }

    /** An option that describes an LLM although none is named; null if there is none. */
    String optionOfUnnamedLlm() {
      if (help || namesLlm()) {
        return null;
      }
      if (model != null) {
        return "--llm-model";
      }
      if (namespace != null) {
        return "--llm-namespace";
      }
      return simulated ? "--llm-simulated" : null;
    }

    /** Only for words that the evaluator has found in order. */
    Path data() {
      return Path.of(data);
    }

    /** 0: no cross-validation. Only for words that the evaluator has found in order. */
    int folds() {
      return Integer.parseInt(folds);
    }
  }

  /**
   * The simulated LLM's priors for an evaluation: from users that are neither measured nor, but for
   * a strong one's, learned from by the base of the same round, as the evaluator divides them.
   */
  static final class EvaluationPriors {
    private EvaluationPriors() {}

    /**
     * @param data in LaMP's layout
     * @param folds 0: one prior, from a half of the training users; else one per fold, f1 and so on
     * @param strong from all users that are not measured
     * @return files in {@code folder} by the name of their prior; the only one has the empty name
     * @throws io.hydra.datasets.lamp.LampFormatException if a file is missing or malformed
     * @throws IllegalArgumentException if there cannot be so many folds
     */
    static Map<String, Path> write(Path data, int folds, boolean strong, Path folder) {
      LampSplit train = LampReader.read(data, "train");
      Map<String, Path> files = new LinkedHashMap<>();
      if (folds == 0) {
        Path file = folder.resolve("prior.jsonl");
        List<LampUser> taught = strong ? train.users() : LampHalves.forLlm(train);
        TrainingData.writePrior(train.taskId(), taught, file);
        files.put("", file);
        return files;
      }
      List<LampUser> all = new ArrayList<>(train.users());
      all.addAll(LampReader.read(data, "dev").users());
      for (LampFolds.Fold fold : LampFolds.of(all, folds)) {
        String name = "f" + (files.size() + 1);
        Path file = folder.resolve("prior-" + name + ".jsonl");
        List<LampUser> taught = new ArrayList<>(fold.llm());
        taught.addAll(strong ? fold.base() : List.of());
        TrainingData.writePrior(train.taskId(), taught, file);
        files.put(name, file);
      }
      return files;
    }
  }
}

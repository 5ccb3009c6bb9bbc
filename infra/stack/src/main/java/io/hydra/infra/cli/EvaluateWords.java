package io.hydra.infra.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What the launcher must know of the evaluator's options; it leaves their check to the evaluator.
 */
@Command
final class EvaluateWords {
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

  private EvaluateWords() {}

  /**
   * @param environment names the LLM where the words do not
   * @return what could be read; the evaluator refuses the rest
   */
  static EvaluateWords of(List<String> words, Map<String, String> environment) {
    EvaluateWords read = new EvaluateWords();
    CommandLine line =
        new CommandLine(read).setUnmatchedArgumentsAllowed(true).setOverwrittenOptionsAllowed(true);
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

package io.hydra.evaluation;

import io.hydra.infra.llm.model.SimulatedModel.Models;
import io.hydra.llm.OpenAiLlm;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that name the LLM; a simulated one answers if they name none. */
final class LlmOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = {"--llm", "--llm-base-url"},
      defaultValue = "${env:HYDRA_LLM_BASE_URL}",
      paramLabel = "URL",
      description = "OpenAI-compatible endpoint. Default: a SIMULATED LLM, see below.")
  private String baseUrl;

  @Option(
      names = "--llm-model",
      defaultValue = "${env:HYDRA_LLM_MODEL:-" + Models.PLAIN + "}",
      description =
          "Model to ask for; {fold} in it stands for the fold's number. Default: ${DEFAULT-VALUE}.")
  private String model;

  @Option(
      names = "--llm-namespace",
      paramLabel = "NAME",
      description =
          "Names the LLM in the report and for the calls kept on disk. Default: URL and model.")
  private String namespace;

  @Option(
      names = "--llm-concurrency",
      paramLabel = "N",
      description = "Calls under way at once. Default: ${DEFAULT-VALUE}.")
  int concurrency = 16;

  @Option(
      names = "--llm-simulated",
      hidden = true,
      description = "The LLM has learnt from a half of the training users: keep off them.")
  private boolean simulated;

  @Option(
      names = "--strong-llm",
      description =
          "The simulated LLM, made much stronger: it learns from all users that are not measured,"
              + " the base's among them, and examples move it twice as far.")
  boolean strong;

  /** Throws if an option describes an LLM that is not named. */
  void check() {
    for (String option : List.of("--llm-model", "--llm-namespace", "--llm-simulated")) {
      if (!isNamed() && command.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new ParameterException(
            command.commandLine(), option + " describes an LLM that is not named: add --llm URL");
      }
    }
  }

  /**
   * Starts the simulated LLM, which answers from then on; null if another one is named.
   *
   * @throws UserException if it cannot be started
   */
  SimulatedEndpoint simulate(Dataset dataset) {
    if (isNamed()) {
      return null;
    }
    PrintWriter err = command.commandLine().getErr();
    err.println("no LLM is named: a SIMULATED one answers (--llm URL for a real one)");
    SimulatedEndpoint endpoint;
    try {
      endpoint = SimulatedEndpoint.start(dataset, strong);
    } catch (IOException e) {
      throw new UserException(
          "the simulated LLM cannot be started (%s): try again, or name an LLM with --llm"
              .formatted(e.getMessage()),
          e);
    }
    simulated = true;
    baseUrl = endpoint.baseUrl();
    namespace = endpoint.name();
    return endpoint;
  }

  boolean isNamed() {
    return baseUrl != null && !baseUrl.isBlank();
  }

  boolean isSimulated() {
    return simulated || !isNamed();
  }

  String baseUrl() {
    return baseUrl;
  }

  /**
   * With {@code {fold}} for the fold's number.
   *
   * @param folds 0: none
   */
  String model(int folds) {
    return isNamed() ? model : Models.PLAIN + (folds == 0 ? "" : "-f{fold}");
  }

  String apiKey() {
    return OpenAiLlm.apiKey(System.getenv());
  }

  /** For the calls kept on disk, as a hash: with all of the address. */
  String namespace() {
    return namespace == null ? baseUrl + " " + model : namespace;
  }

  /** For the report: without anything secret. */
  String shownName() {
    return namespace == null ? OpenAiLlm.shownAddress(baseUrl) + " " + model : namespace;
  }
}

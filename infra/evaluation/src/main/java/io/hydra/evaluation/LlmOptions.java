package io.hydra.evaluation;

import io.hydra.llm.OpenAiLlm;
import picocli.CommandLine.Option;

/** The options that name the LLM. */
final class LlmOptions {
  @Option(
      names = {"--llm", "--llm-base-url"},
      required = true,
      defaultValue = "${env:HYDRA_LLM_BASE_URL}",
      paramLabel = "URL",
      description = "OpenAI-compatible endpoint.")
  String baseUrl;

  @Option(
      names = "--llm-model",
      defaultValue = "${env:HYDRA_LLM_MODEL:-hydra-simulated-llm}",
      description =
          "Model to ask for; {fold} in it stands for the fold's number. Default: ${DEFAULT-VALUE}.")
  String model;

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
  boolean simulated;

  @Option(
      names = "--strong-llm",
      description =
          "The simulated LLM, made much stronger: it learns from all users that are not measured,"
              + " the base's among them, and examples move it twice as far.")
  boolean strong;

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

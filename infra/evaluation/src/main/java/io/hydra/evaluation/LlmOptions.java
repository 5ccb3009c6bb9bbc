package io.hydra.evaluation;

import io.hydra.llm.OpenAiLlm;
import picocli.CommandLine.Option;

/** Which LLM is asked. */
final class LlmOptions {
  @Option(
      names = {"--llm", "--llm-base-url"},
      required = true,
      defaultValue = "${env:HYDRA_LLM_BASE_URL}",
      paramLabel = "URL",
      description = "OpenAI-compatible endpoint.")
  private String baseUrl;

  @Option(
      names = "--llm-model",
      defaultValue = "${env:HYDRA_LLM_MODEL:-hydra-simulated-llm}",
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
      defaultValue = "16",
      paramLabel = "N",
      description = "Calls under way at once. Default: ${DEFAULT-VALUE}.")
  private int concurrency;

  @Option(
      names = "--llm-simulated",
      hidden = true,
      description = "The LLM has learnt from a half of the training users: keep off them.")
  private boolean simulated;

  String baseUrl() {
    return baseUrl;
  }

  String model() {
    return model;
  }

  int concurrency() {
    return concurrency;
  }

  boolean isSimulated() {
    return simulated;
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

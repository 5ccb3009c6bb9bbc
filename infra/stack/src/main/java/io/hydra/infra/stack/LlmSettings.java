package io.hydra.infra.stack;

import io.hydra.infra.StackException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Which LLM the stack talks to. */
public sealed interface LlmSettings {
  String BASE_URL = "HYDRA_LLM_BASE_URL";
  String MODEL = "HYDRA_LLM_MODEL";
  String API_KEY = "HYDRA_LLM_API_KEY";

  /**
   * The simulated one, started with the stack.
   *
   * @param priors files that it learns its prior from
   */
  record Simulated(List<Path> priors) implements LlmSettings {
    public Simulated {
      priors = priors.stream().map(Path::toAbsolutePath).toList();
    }
  }

  /**
   * Any OpenAI-compatible endpoint. Its key stays in the environment variable {@value #API_KEY},
   * which only serving and base training, the two that may ask the LLM, are given.
   */
  record External(String baseUrl, String model) implements LlmSettings {}

  /**
   * The endpoint that the environment names, or the simulated LLM.
   *
   * @throws StackException if an endpoint is named without its model, or a prior is missing
   */
  static LlmSettings from(Map<String, String> environment, List<Path> priors) {
    String baseUrl = environment.getOrDefault(BASE_URL, "");
    if (baseUrl.isBlank()) {
      for (Path prior : priors) {
        if (!Files.isRegularFile(prior)) {
          throw new StackException(
              "%s: no such file; --llm-prior names a file that the simulated LLM learns from"
                  .formatted(prior));
        }
      }
      return new Simulated(priors);
    }
    String model = environment.getOrDefault(MODEL, "");
    if (model.isBlank()) {
      throw new StackException(
          "%s is set and %s is not: name the model to ask".formatted(BASE_URL, MODEL));
    }
    return new External(baseUrl, model);
  }
}

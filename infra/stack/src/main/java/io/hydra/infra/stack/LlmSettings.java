package io.hydra.infra.stack;

import io.hydra.runtime.llm.Endpoint;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The LLM that the stack uses. */
public sealed interface LlmSettings {
  String BASE_URL = "HYDRA_LLM_BASE_URL";
  String MODEL = "HYDRA_LLM_MODEL";
  String API_KEY = "HYDRA_LLM_API_KEY";
  int CONNECT_MS = 2_000;

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
   * Any OpenAI-compatible endpoint. Its address and its key stay in the environment variables
   * {@value #BASE_URL} and {@value #API_KEY}, which only serving and base training, the two that
   * may ask the LLM, are given, and in the supervisor's plan, which only its owner can read and
   * which goes when the stack is stopped.
   *
   * @param baseUrl may hold a password, or a key in its query
   */
  record External(String baseUrl, String model) implements LlmSettings {
    /**
     * The address as clients of the LLM read it, fit to be shown.
     *
     * @throws UserException if it is none
     */
    Endpoint endpoint() {
      return Endpoint.of(baseUrl, null);
    }

    @Override
    public String toString() {
      return "External[%s, %s]".formatted(endpoint(), model);
    }
  }

  /** A warning to show when the stack is started; empty if there is none. */
  default Optional<String> warning() {
    return this instanceof External external && external.endpoint().open()
        ? Optional.of(
            "%s has http and not https: the key and users' texts go to %s in clear"
                .formatted(BASE_URL, external.endpoint()))
        : Optional.empty();
  }

  /**
   * A warning if nothing accepts connections at an endpoint's address; empty if something does. It
   * is not asked anything, which might cost.
   */
  default Optional<String> unreachable() {
    if (!(this instanceof External external)) {
      return Optional.empty();
    }
    try (Socket socket = new Socket()) {
      // A URI alone takes no host with an underscore.
      URL address = new URL(external.endpoint().addresses().get(0));
      int port = address.getPort() < 0 ? address.getDefaultPort() : address.getPort();
      socket.connect(new InetSocketAddress(address.getHost(), port), CONNECT_MS);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          "nothing accepts connections at %s (%s): until it does, queries end LLM_FAILED"
              .formatted(external.endpoint().shown(), BASE_URL));
    }
  }

  /**
   * The endpoint that the environment names, or the simulated LLM.
   *
   * @throws UserException if an endpoint is named without its model, or by no address, or a prior
   *     is missing
   */
  static LlmSettings from(Map<String, String> environment, List<Path> priors) {
    String baseUrl = environment.getOrDefault(BASE_URL, "");
    if (baseUrl.isBlank()) {
      for (Path prior : priors) {
        if (!Files.isRegularFile(prior)) {
          throw new UserException(
              "%s: no such file; --llm-prior names a file that the simulated LLM learns from"
                  .formatted(prior));
        }
      }
      return new Simulated(priors);
    }
    String model = environment.getOrDefault(MODEL, "");
    if (model.isBlank()) {
      throw new UserException(
          "%s is set and %s is not: name the model to ask".formatted(BASE_URL, MODEL));
    }
    External external = new External(baseUrl, model);
    Endpoint unused = external.endpoint();
    return external;
  }
}

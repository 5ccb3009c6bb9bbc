package io.hydra.trainer.llm;

import java.net.URI;
import java.net.URISyntaxException;

/** Where an LLM is, fit to be shown: without user, password, query and fragment. */
record Endpoint(String shown) {

  /**
   * @throws IllegalArgumentException if it is not an http or https address
   */
  static Endpoint of(String baseUrl) {
    try {
      URI uri = new URI(baseUrl.strip());
      boolean http =
          "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
      if (http && uri.getHost() != null) {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return new Endpoint(uri.getScheme() + "://" + uri.getHost() + port + uri.getPath());
      }
    } catch (URISyntaxException e) {
      // Its message repeats the address, which may hold a password.
    }
    throw new IllegalArgumentException(
        "the LLM's base URL must look like http://host:port/v1, up to and including the version");
  }

  @Override
  public String toString() {
    return shown;
  }
}

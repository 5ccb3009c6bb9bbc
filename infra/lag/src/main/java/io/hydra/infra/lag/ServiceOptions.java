package io.hydra.infra.lag;

import io.hydra.schemas.config.UserException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options that name the services of the status page; a picocli mixin. */
public final class ServiceOptions {
  @Option(
      names = "--service",
      paramLabel = "NAME=URL",
      split = ",",
      defaultValue = "${env:HYDRA_LAG_SERVICES}",
      description = {
        "A service that the status page shows, and the address of its metrics, such as"
            + " serving=http://serving:9100/metrics; repeated, or comma-separated. Call replicas"
            + " serving-1, serving-2 and so on (default: none).",
        "Environment: HYDRA_LAG_SERVICES."
      })
  private Map<String, URI> services = new LinkedHashMap<>();

  /**
   * @throws UserException if an address is none
   */
  Map<String, URI> services() {
    services.forEach(
        (name, url) -> {
          boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
          if (!http || url.getHost() == null) {
            throw new UserException(
                "--service %s=%s is no address: give one like http://host:9100/metrics"
                    .formatted(name, url));
          }
        });
    return services;
  }
}

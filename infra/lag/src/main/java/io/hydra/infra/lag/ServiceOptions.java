package io.hydra.infra.lag;

import io.hydra.schemas.config.UserException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options that name the services of the status page; a picocli mixin. */
public final class ServiceOptions {
  private static final Set<String> SCHEMES = Set.of("http", "https", "redis");

  @Option(
      names = "--service",
      paramLabel = "NAME=URL",
      split = ",",
      defaultValue = "${env:HYDRA_LAG_SERVICES}",
      description = {
        "A service that the status page shows, and the address of its metrics, such as"
            + " serving=http://serving:9100/metrics; repeated, or comma-separated. Call replicas"
            + " serving-1, serving-2 and so on. Also shown are what has no metrics of hydra, by an"
            + " address that ends with /health/ready, and a Redis server, by redis://host:port"
            + " without a password (default: none).",
        "Environment: HYDRA_LAG_SERVICES."
      })
  private Map<String, URI> services = new LinkedHashMap<>();

  /**
   * @throws UserException if an address is none
   */
  Map<String, URI> services() {
    services.forEach(
        (name, url) -> {
          if (url.getScheme() == null
              || !SCHEMES.contains(url.getScheme())
              || url.getHost() == null) {
            throw new UserException(
                "--service %s is no address: give one like http://host:9100/metrics"
                    .formatted(name));
          }
          if (url.getUserInfo() != null) {
            throw new UserException(
                "--service %s must have no password: the command line shows it, and none is needed"
                    .formatted(name));
          }
        });
    return services;
  }
}

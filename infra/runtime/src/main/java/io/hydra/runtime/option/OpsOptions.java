package io.hydra.runtime.option;

import picocli.CommandLine.Option;

/** The options of a service's operations endpoint; a picocli mixin. */
public final class OpsOptions {
  public static final String LOOPBACK = "127.0.0.1";

  @Option(
      names = "--ops-host",
      paramLabel = "HOST",
      defaultValue = "${env:HYDRA_OPS_HOST:-" + LOOPBACK + "}",
      description =
          "Address that /health/live, /health/ready, /metrics and /status are served on (default:"
              + " ${DEFAULT-VALUE}). On any other than loopback whoever reaches it can read them.")
  private String host = LOOPBACK;

  @Option(
      names = "--ops-port",
      paramLabel = "PORT",
      defaultValue = "${env:HYDRA_OPS_PORT:-0}",
      converter = PortConverter.class,
      description =
          "Port of the same; 0 picks a free one, which the log names (default: ${DEFAULT-VALUE}).")
  private int port;

  public String host() {
    return host;
  }

  public int port() {
    return port;
  }
}

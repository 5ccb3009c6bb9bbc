package io.hydra.infra.lag;

import java.time.Duration;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The options that say what is watched, and how often; a picocli mixin. */
public final class LagOptions {
  @Option(
      names = "--cluster-name",
      paramLabel = "NAME",
      defaultValue = "${env:HYDRA_CLUSTER_NAME:-kafka}",
      description = "Label cluster_name of every series (default: ${DEFAULT-VALUE}).")
  private String cluster;

  @Option(
      names = "--groups",
      paramLabel = "REGEX",
      defaultValue = "${env:HYDRA_LAG_GROUPS:-.*}",
      description = "Groups to watch (default: ${DEFAULT-VALUE}).")
  private Pattern groups;

  @Option(
      names = "--lag-interval",
      paramLabel = "TIME",
      defaultValue = "${env:HYDRA_LAG_INTERVAL:-5s}",
      description = "Time from one reading to the next (default: ${DEFAULT-VALUE}).")
  private Duration interval;

  @Option(
      names = "--lag-window",
      paramLabel = "N",
      defaultValue = "${env:HYDRA_LAG_WINDOW:-10}",
      description =
          "Commits of a partition by which its status is judged, at least 3. With the interval, it"
              + " must span several checkpoints of a group that commits with them (default:"
              + " ${DEFAULT-VALUE}).")
  private int window;

  String cluster() {
    return cluster;
  }

  public Pattern groups() {
    return groups;
  }

  public Duration interval() {
    return interval;
  }

  int window() {
    return window;
  }
}

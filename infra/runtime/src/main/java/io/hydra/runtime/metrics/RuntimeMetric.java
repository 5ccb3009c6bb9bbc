package io.hydra.runtime.metrics;

import java.util.List;

/** The metrics of every service, beside those of its JVM. */
public final class RuntimeMetric {
  public static final Definition READY =
      Definition.gauge("hydra_ready", "0 or 1", "1 while `/health/ready` says so.");
  public static final Definition OUTAGE =
      Definition.gauge(
          "hydra_outage",
          "0 or 1",
          "1 while something waits for the dependency, from a failed attempt until one succeeds.",
          "dependency");
  public static final Definition FAILED_ATTEMPTS =
      Definition.counter(
          "hydra_failed_attempts_total",
          "attempts",
          "Attempts that failed since the dependency was away; each is tried again.",
          "dependency");
  public static final List<Definition> ALL = List.of(READY, OUTAGE, FAILED_ATTEMPTS);

  private RuntimeMetric() {}
}

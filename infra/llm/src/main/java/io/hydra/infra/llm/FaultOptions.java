package io.hydra.infra.llm;

import io.hydra.infra.llm.Faults.FaultSettings;
import picocli.CommandLine.Option;

/** The faults to start with; {@code POST /admin/faults} changes them while the server runs. */
final class FaultOptions {
  @Option(
      names = "--latency-ms",
      defaultValue = "${env:HYDRA_LLM_LATENCY_MS:-0}",
      description = "Milliseconds added to every answer. Default: ${DEFAULT-VALUE}")
  private long latencyMs;

  @Option(
      names = "--latency-jitter-ms",
      defaultValue = "${env:HYDRA_LLM_LATENCY_JITTER_MS:-0}",
      description = "Up to so many milliseconds more. Default: ${DEFAULT-VALUE}")
  private long latencyJitterMs;

  @Option(
      names = "--error-429-rate",
      defaultValue = "${env:HYDRA_LLM_ERROR_429_RATE:-0}",
      description = "Answered 429 with Retry-After. Default: ${DEFAULT-VALUE}")
  private double error429Rate;

  @Option(
      names = "--error-500-rate",
      defaultValue = "${env:HYDRA_LLM_ERROR_500_RATE:-0}",
      description = "Answered 500. Default: ${DEFAULT-VALUE}")
  private double error500Rate;

  @Option(
      names = "--garbage-rate",
      defaultValue = "${env:HYDRA_LLM_GARBAGE_RATE:-0}",
      description = "Answered with a body that is not JSON. Default: ${DEFAULT-VALUE}")
  private double garbageRate;

  @Option(
      names = "--fewer-choices-rate",
      defaultValue = "${env:HYDRA_LLM_FEWER_CHOICES_RATE:-0}",
      description = "Answered with half of the choices. Default: ${DEFAULT-VALUE}")
  private double fewerChoicesRate;

  @Option(
      names = "--hang-rate",
      defaultValue = "${env:HYDRA_LLM_HANG_RATE:-0}",
      description = "Never answered. Default: ${DEFAULT-VALUE}")
  private double hangRate;

  @Option(
      names = "--retry-after-seconds",
      defaultValue = "${env:HYDRA_LLM_RETRY_AFTER_SECONDS:-1}",
      description = "Retry-After of the 429 answers, seconds. Default: ${DEFAULT-VALUE}")
  private long retryAfterSeconds;

  FaultSettings settings() {
    return new FaultSettings(
        latencyMs,
        latencyJitterMs,
        error429Rate,
        error500Rate,
        garbageRate,
        fewerChoicesRate,
        hangRate,
        retryAfterSeconds);
  }
}

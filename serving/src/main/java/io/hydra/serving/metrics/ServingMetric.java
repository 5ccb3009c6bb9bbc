package io.hydra.serving.metrics;

import io.hydra.runtime.metrics.Definition;
import java.util.List;

/** Serving's own metrics: the only place for their names. */
public final class ServingMetric {
  static final Definition QUERIES =
      Definition.counter(
          "hydra_serving_queries_total",
          "responses",
          "Responses that a topic has taken, by their status; one that is sent again counts again.",
          "status");
  static final Definition STAGE_SECONDS =
      Definition.seconds(
          "hydra_serving_stage_seconds",
          "Time from a query's arrival to its response by stage, as the response itself tells it;"
              + " `total` is all of it.",
          "stage");
  static final Definition RUNNING =
      Definition.gauge("hydra_serving_running_queries", "queries", "Queries that have their turn.");
  static final Definition WAITING =
      Definition.gauge(
          "hydra_serving_waiting_queries", "queries", "Queries that were read and wait.");
  static final Definition DEAD_LETTERS =
      Definition.counter(
          "hydra_serving_dead_letters_total",
          "records",
          "Records that went to the dead letters, by the topic that they go to.",
          "topic");
  static final Definition LLM_CALLS =
      Definition.counter(
          "hydra_serving_llm_calls_total", "calls", "Calls of the LLM, each attempt counted.");
  static final Definition LLM_FAILURES =
      Definition.counter(
          "hydra_serving_llm_failures_total",
          "requests",
          "Requests that the LLM gave no reply to, after all attempts, by kind.",
          "kind");
  static final Definition LLM_TOKENS =
      Definition.counter(
          "hydra_serving_llm_tokens_total",
          "tokens",
          "Tokens as the LLM's endpoint counts them: `prompt` and `completion`.",
          "kind");
  static final Definition LLM_SECONDS =
      Definition.seconds(
          "hydra_serving_llm_seconds",
          "Time that a request to the LLM takes with all its attempts, failed ones included.");
  public static final List<Definition> ALL =
      List.of(
          QUERIES,
          STAGE_SECONDS,
          RUNNING,
          WAITING,
          DEAD_LETTERS,
          LLM_CALLS,
          LLM_FAILURES,
          LLM_TOKENS,
          LLM_SECONDS);

  private ServingMetric() {}
}

package io.hydra.serving.metrics;

import io.hydra.llm.Deadline;
import io.hydra.llm.Llm;
import io.hydra.llm.LlmException;
import io.hydra.llm.LlmReply;
import io.hydra.llm.LlmRequest;
import io.hydra.runtime.failure.Failures;
import io.hydra.runtime.metrics.Family;
import io.hydra.runtime.metrics.Metrics;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.avro.StageTiming;
import io.hydra.schemas.topic.Topic;
import io.hydra.serving.consume.QueryLoop;
import io.hydra.serving.query.QueryHandler;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Records serving's metrics. Each is known from the start, at 0. */
public final class ServingMetrics implements QueryHandler.Events {
  private final Metrics metrics;
  private final Family<Counter> queries;
  private final Family<Timer> stages;
  private final Counter deadLetters;
  private final Counter llmCalls;
  private final Family<Counter> llmFailures;
  private final Counter promptTokens;
  private final Counter completionTokens;
  private final Timer llmTime;

  public ServingMetrics(Metrics metrics) {
    this.metrics = metrics;
    this.queries = metrics.counters(ServingMetric.QUERIES);
    this.stages = metrics.timers(ServingMetric.STAGE_SECONDS);
    this.deadLetters =
        metrics.counter(ServingMetric.DEAD_LETTERS, Topic.QUERIES.deadLetters().topicName());
    this.llmCalls = metrics.counter(ServingMetric.LLM_CALLS);
    this.llmFailures = metrics.counters(ServingMetric.LLM_FAILURES);
    this.promptTokens = metrics.counter(ServingMetric.LLM_TOKENS, "prompt");
    this.completionTokens = metrics.counter(ServingMetric.LLM_TOKENS, "completion");
    this.llmTime = metrics.timer(ServingMetric.LLM_SECONDS);
    for (ResponseStatus status : ResponseStatus.values()) {
      Counter unused = queries.of(status.name());
    }
    for (LlmException.Kind kind : LlmException.Kind.values()) {
      Counter unused = llmFailures.of(kind.name());
    }
    Timer unused = stages.of("total");
  }

  /** Shows how much the loop has in hand. */
  public void watch(QueryLoop loop) {
    metrics.gauge(ServingMetric.RUNNING, () -> loop.load().running());
    metrics.gauge(ServingMetric.WAITING, () -> loop.load().waiting());
  }

  @Override
  public void answered(Response response) {
    queries.of(response.getStatus().name()).increment();
    for (StageTiming timing : response.getTimings()) {
      stages.of(timing.getStage()).record(timing.getMicros(), TimeUnit.MICROSECONDS);
    }
  }

  @Override
  public void deadLettered() {
    deadLetters.increment();
  }

  /**
   * The same LLM, measured.
   *
   * @param nanos a monotonic clock
   */
  public Llm measured(Llm llm, LongSupplier nanos) {
    return new Llm() {
      @Override
      public CompletableFuture<LlmReply> complete(LlmRequest request, Deadline deadline) {
        long start = nanos.getAsLong();
        return llm.complete(request, deadline)
            .whenComplete((reply, error) -> asked(nanos.getAsLong() - start, reply, error));
      }

      @Override
      public void close() {
        llm.close();
      }
    };
  }

  private void asked(long nanos, LlmReply reply, Throwable error) {
    llmTime.record(nanos, TimeUnit.NANOSECONDS);
    if (reply != null) {
      llmCalls.increment(reply.calls());
      promptTokens.increment(reply.promptTokens());
      completionTokens.increment(reply.completionTokens());
    } else if (Failures.unwrap(error) instanceof LlmException failure) {
      llmCalls.increment(failure.calls());
      llmFailures.of(failure.kind().name()).increment();
    }
  }
}

package io.hydra.serving.metrics;

import io.hydra.llm.Deadline;
import io.hydra.llm.Llm;
import io.hydra.llm.LlmException;
import io.hydra.llm.LlmReply;
import io.hydra.llm.LlmRequest;
import io.hydra.runtime.failure.Failures;
import io.hydra.runtime.metrics.Definition;
import io.hydra.runtime.metrics.Family;
import io.hydra.runtime.metrics.Metrics;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.avro.StageTiming;
import io.hydra.schemas.topic.Topic;
import io.hydra.serving.consume.QueryLoop;
import io.hydra.serving.policy.Budgets;
import io.hydra.serving.policy.Limit;
import io.hydra.serving.query.ExposureSender;
import io.hydra.serving.query.QueryHandler;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Serving's own metrics: the only place for their names. Each is known from the start, at 0. */
public final class ServingMetrics implements QueryHandler.Events {
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
  static final Definition EXPOSURES =
      Definition.counter(
          "hydra_serving_exposures_total",
          "records",
          "Records of what users were shown: `WRITTEN`, or `LOST` since the topic does not take"
              + " them, so that verdicts on these answers teach nothing.",
          "outcome");
  static final Definition BUDGET_SPENT =
      Definition.gauge(
          "hydra_serving_budget_spent",
          "requests, tokens",
          "What the responses say that a tenant has spent in the current minute or day of UTC, by"
              + " `limit`, its key in the file of policies; without `task`: in all its tasks. Of"
              + " the first 500 tenants and tasks that have spent anything. Only with"
              + " `--policies`; every instance shows the same, what all have spent.",
          "tenant",
          "task",
          "limit");
  static final Definition BUDGET_LIMIT =
      Definition.gauge(
          "hydra_serving_budget_limit",
          "requests, tokens",
          "What may be spent; 0 if there is no limit. Less `hydra_serving_budget_spent` it is what"
              + " is left.",
          "tenant",
          "task",
          "limit");
  static final Definition LLM_CALLS =
      Definition.counter(
          "hydra_serving_llm_calls_total", "calls", "Calls of the LLM, each attempt counted.");
  static final Definition UNASKED =
      Definition.counter(
          "hydra_serving_unasked_total",
          "answers",
          "Answers that needed no call of the LLM (`--save-calls`).");
  static final Definition FELL_BACK =
      Definition.counter(
          "hydra_serving_fell_back_total",
          "answers",
          "Answers of plain sampling, given since the choice has lately been worth less to the user,"
              + " or to the tenant's users of the task (`head.fell_back` in the response).");
  static final Definition ENCODER_FAILURES =
      Definition.counter(
          "hydra_serving_encoder_failures_total",
          "texts",
          "Texts that a base's encoder of meaning failed on. Answers to open text are then chosen"
              + " without it (`DEGRADED`), others fail (`INTERNAL_ERROR`).");
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
  static final Definition SPENT_TOKENS =
      Definition.counter(
          "hydra_serving_spent_tokens_total",
          "tokens",
          "Tokens that the responses say they took, by the model that gave the answer, as its"
              + " endpoint names it; a response that is sent again counts again. Of the first 500"
              + " combinations of tenant, task and model, the others' together as `other`.",
          "tenant",
          "task",
          "model",
          "kind");

  /** These two are named as OpenTelemetry's conventions for generative AI have it. */
  static final Definition LLM_SECONDS =
      Definition.seconds(
          "gen_ai_client_operation_duration_seconds",
          "Time that a request to the LLM takes with all its attempts; `error_type` is empty where"
              + " there is a reply, else the kind of failure.",
          "gen_ai_operation_name",
          "gen_ai_provider_name",
          "gen_ai_request_model",
          "error_type");

  static final Definition LLM_TOKEN_USAGE =
      Definition.histogram(
          "gen_ai_client_token_usage",
          "tokens",
          "Tokens of a request to the LLM with all its attempts: `input` and `output`.",
          "gen_ai_operation_name",
          "gen_ai_provider_name",
          "gen_ai_request_model",
          "gen_ai_token_type");
  public static final List<Definition> ALL =
      List.of(
          QUERIES,
          STAGE_SECONDS,
          RUNNING,
          WAITING,
          DEAD_LETTERS,
          EXPOSURES,
          BUDGET_SPENT,
          BUDGET_LIMIT,
          LLM_CALLS,
          UNASKED,
          FELL_BACK,
          ENCODER_FAILURES,
          LLM_FAILURES,
          LLM_TOKENS,
          SPENT_TOKENS,
          LLM_SECONDS,
          LLM_TOKEN_USAGE);

  private static final int MOST_ACCOUNTS = 500;
  private static final Payer OTHERS = new Payer(Family.OTHER, Family.OTHER, Family.OTHER);
  private static final String OPERATION = "chat";
  private static final String PROVIDER = "openai";
  private static final String ANSWERED = "";

  private final Metrics metrics;
  private final Family<Counter> queries;
  private final Family<Timer> stages;
  private final Set<String> accounts = ConcurrentHashMap.newKeySet();
  private final Map<Payer, Spent> spent = new ConcurrentHashMap<>();
  private final Counter deadLetters;
  private final Family<Counter> exposures;
  private final Counter llmCalls;
  private final Counter unasked;
  private final Counter fellBack;
  private final Family<Counter> llmFailures;
  private final Counter promptTokens;
  private final Counter completionTokens;

  private record Payer(String tenant, String task, String model) {}

  private record Spent(Counter prompt, Counter completion) {}

  public ServingMetrics(Metrics metrics) {
    this.metrics = metrics;
    this.queries = metrics.counters(QUERIES);
    this.stages = metrics.timers(STAGE_SECONDS);
    this.deadLetters = metrics.counter(DEAD_LETTERS, Topic.QUERIES.deadLetters().topicName());
    this.exposures = metrics.counters(EXPOSURES);
    this.llmCalls = metrics.counter(LLM_CALLS);
    this.unasked = metrics.counter(UNASKED);
    this.fellBack = metrics.counter(FELL_BACK);
    this.llmFailures = metrics.counters(LLM_FAILURES);
    this.promptTokens = metrics.counter(LLM_TOKENS, "prompt");
    this.completionTokens = metrics.counter(LLM_TOKENS, "completion");
    for (ResponseStatus status : ResponseStatus.values()) {
      Counter unused = queries.of(status.name());
    }
    for (ExposureSender.Outcome outcome : ExposureSender.Outcome.values()) {
      Counter unused = exposures.of(outcome.name());
    }
    for (LlmException.Kind kind : LlmException.Kind.values()) {
      Counter unused = llmFailures.of(kind.name());
    }
    Timer unused = stages.of("total");
  }

  /** Shows how much the loop has in hand. */
  public void watch(QueryLoop loop) {
    metrics.gauge(RUNNING, () -> loop.load().running());
    metrics.gauge(WAITING, () -> loop.load().waiting());
  }

  /** Shows how often the bases' encoders of meaning have failed. */
  public void watchEncoders(LongSupplier failures) {
    metrics.count(ENCODER_FAILURES, failures);
  }

  /** Shows an account from now on, unless many are shown. */
  public void show(Budgets budgets, String tenant, String task) {
    if (accounts.size() < MOST_ACCOUNTS && accounts.add(tenant + ':' + task)) {
      for (Limit limit : Limit.values()) {
        metrics.gauge(
            BUDGET_SPENT, () -> budgets.spent(tenant, task, limit), tenant, task, limit.key());
        metrics.gauge(
            BUDGET_LIMIT, () -> budgets.limit(tenant, task, limit), tenant, task, limit.key());
      }
    }
  }

  @Override
  public void answered(Response response) {
    queries.of(response.getStatus().name()).increment();
    if (response.getLlmCalls() == 0 && !response.getCandidates().isEmpty()) {
      unasked.increment();
    }
    if (response.getHead() != null && response.getHead().getFellBack()) {
      fellBack.increment();
    }
    if (!response.getLlm().isEmpty()) {
      Spent by = spent(new Payer(response.getTenant(), response.getTask(), response.getLlm()));
      by.prompt().increment(response.getPromptTokens());
      by.completion().increment(response.getCompletionTokens());
    }
    for (StageTiming timing : response.getTimings()) {
      stages.of(timing.getStage()).record(timing.getMicros(), TimeUnit.MICROSECONDS);
    }
  }

  private Spent spent(Payer payer) {
    boolean isKnown = spent.containsKey(payer) || spent.size() < MOST_ACCOUNTS;
    return spent.computeIfAbsent(
        isKnown ? payer : OTHERS,
        by ->
            new Spent(
                metrics.counter(SPENT_TOKENS, by.tenant(), by.task(), by.model(), "prompt"),
                metrics.counter(SPENT_TOKENS, by.tenant(), by.task(), by.model(), "completion")));
  }

  @Override
  public void exposed(ExposureSender.Outcome outcome) {
    exposures.of(outcome.name()).increment();
  }

  @Override
  public void deadLettered() {
    deadLetters.increment();
  }

  /**
   * The same LLM, measured.
   *
   * @param usual model that most of its requests name
   * @param nanos a monotonic clock
   */
  public Llm measure(Llm llm, String usual, LongSupplier nanos) {
    Timer unused = time(usual, ANSWERED);
    DistributionSummary unusedInput = tokens(usual, "input");
    DistributionSummary unusedOutput = tokens(usual, "output");
    return new Llm() {
      @Override
      public CompletableFuture<LlmReply> complete(LlmRequest request, Deadline deadline) {
        long start = nanos.getAsLong();
        return llm.complete(request, deadline)
            .whenComplete(
                (reply, error) -> {
                  time(request.model(), errorType(reply, error))
                      .record(nanos.getAsLong() - start, TimeUnit.NANOSECONDS);
                  if (reply != null) {
                    tokens(request.model(), "input").record(reply.promptTokens());
                    tokens(request.model(), "output").record(reply.completionTokens());
                  }
                  record(reply, error);
                });
      }

      @Override
      public void close() {
        llm.close();
      }
    };
  }

  private Timer time(String model, String error) {
    return metrics.timer(LLM_SECONDS, OPERATION, PROVIDER, model, error);
  }

  private DistributionSummary tokens(String model, String type) {
    return metrics.summary(LLM_TOKEN_USAGE, OPERATION, PROVIDER, model, type);
  }

  private static String errorType(LlmReply reply, Throwable error) {
    if (reply != null) {
      return ANSWERED;
    }
    return Failures.unwrap(error) instanceof LlmException failure
        ? failure.kind().name()
        : "_OTHER";
  }

  private void record(LlmReply reply, Throwable error) {
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

package io.hydra.serving.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.llm.Deadline;
import io.hydra.llm.Llm;
import io.hydra.llm.LlmException;
import io.hydra.llm.LlmReply;
import io.hydra.llm.LlmRequest;
import io.hydra.runtime.metrics.Definition;
import io.hydra.runtime.metrics.Metrics;
import io.hydra.runtime.time.ManualTime;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.avro.StageTiming;
import io.hydra.serving.policy.Budgets;
import io.hydra.serving.policy.Policies;
import io.hydra.serving.query.ExposureSender;
import io.hydra.serving.testing.FakeLlm;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServingMetricsTest {
  private static final LlmRequest REQUEST =
      new LlmRequest("m", List.of(), 1, 0, 1, OptionalLong.empty());
  private final Metrics metrics = new Metrics();
  private final ServingMetrics serving = new ServingMetrics(metrics);

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void responsesAreCountedByStatusAndTheirStagesTimed() {
    serving.answered(
        Response.newBuilder()
            .setQueryId("q")
            .setTenant("acme")
            .setUserId("ann")
            .setTask("t")
            .setStatus(ResponseStatus.DEGRADED)
            .setAnsweredAt(Instant.EPOCH)
            .setCandidates(List.of())
            .setItems(List.of())
            .setTimings(List.of(new StageTiming("llm", 40_000L), new StageTiming("total", 41_000L)))
            .build());

    assertThat(metrics.scrape())
        .contains("hydra_serving_queries_total{status=\"DEGRADED\"} 1.0")
        .contains("hydra_serving_queries_total{status=\"OK\"} 0.0")
        .contains("hydra_serving_stage_seconds_bucket{stage=\"llm\",le=\"0.05\"} 1")
        .contains("hydra_serving_stage_seconds_count{stage=\"total\"} 1")
        .doesNotContain("acme")
        .doesNotContain("ann\"");
  }

  @Test
  void failuresOfEncodersAreShown() {
    serving.watchEncoders(() -> 3);
    assertThat(metrics.scrape()).contains("hydra_serving_encoder_failures_total 3.0");
  }

  @Test
  void tokensAreCountedByWhoeverTheyWereSpentFor() {
    serving.answered(paid("shop", "small"));
    serving.answered(paid("shop", "small"));
    serving.answered(paid("shop", "large"));
    for (int i = 0; i < 600; i++) {
      serving.answered(paid("tenant-" + i, "small"));
    }
    String page = metrics.scrape();
    assertThat(page)
        .contains(spent("completion", "small", "titles", "shop") + " 14.0")
        .contains(spent("prompt", "large", "titles", "shop") + " 50.0")
        .contains(spent("prompt", "other", "other", "other") + " 5100.0")
        .contains(spent("prompt", "small", "titles", "tenant-497") + " 50.0")
        .doesNotContain("tenant-498");
  }

  private static Response paid(String tenant, String model) {
    return Response.newBuilder()
        .setQueryId("q")
        .setTenant(tenant)
        .setUserId("ann")
        .setTask("titles")
        .setStatus(ResponseStatus.OK)
        .setAnsweredAt(Instant.EPOCH)
        .setLlm(model)
        .setLlmCalls(1)
        .setPromptTokens(50)
        .setCompletionTokens(7)
        .setCandidates(List.of())
        .setItems(List.of())
        .setTimings(List.of())
        .build();
  }

  private static String spent(String kind, String model, String task, String tenant) {
    return "hydra_serving_spent_tokens_total{kind=\"%s\",model=\"%s\",task=\"%s\",tenant=\"%s\"}"
        .formatted(kind, model, task, tenant);
  }

  @Test
  void whatTheLlmCostsIsCountedAlsoWhereItFails() {
    FakeLlm fake =
        new FakeLlm()
            .answers("a")
            .fails(new LlmException(LlmException.Kind.BUSY, "too many requests", 3));
    Llm llm = serving.measure(fake, "m", () -> 0);

    CompletableFuture<LlmReply> given = llm.complete(REQUEST, Deadline.NONE);
    CompletableFuture<LlmReply> failed = llm.complete(REQUEST, Deadline.NONE);

    assertThat(given).isCompleted();
    assertThat(failed).isCompletedExceptionally();
    assertThat(metrics.scrape())
        .contains("hydra_serving_llm_calls_total 4.0")
        .contains("hydra_serving_llm_tokens_total{kind=\"prompt\"} 100.0")
        .contains("hydra_serving_llm_tokens_total{kind=\"completion\"} 8.0")
        .contains("hydra_serving_llm_failures_total{kind=\"BUSY\"} 1.0")
        .contains("hydra_serving_llm_failures_total{kind=\"SLOW\"} 0.0")
        .contains(timesOf("") + " 1")
        .contains(timesOf("BUSY") + " 1")
        .contains(
            "gen_ai_client_token_usage_bucket{gen_ai_operation_name=\"chat\","
                + "gen_ai_provider_name=\"openai\",gen_ai_request_model=\"m\","
                + "gen_ai_token_type=\"input\",le=\"256.0\"} 1");
  }

  @Test
  void anAccountIsShownWithItsLimits() {
    Policies policies = Policies.parse("version: 1\ndefaults: {tokensPerDay: 70}");
    Budgets budgets = new Budgets(() -> policies, new ManualTime(), serving::show);
    var unused = budgets.reserve(new Budgets.Id("shop", "ann", "titles", "q"), 1);
    assertThat(metrics.scrape())
        .contains(
            "hydra_serving_budget_limit{limit=\"tokensPerDay\",task=\"\",tenant=\"shop\"} 70.0")
        .contains(
            "hydra_serving_budget_spent{limit=\"tokensPerDay\",task=\"\",tenant=\"shop\"} 0.0")
        .contains(
            "hydra_serving_budget_limit{limit=\"tokensPerDay\",task=\"titles\",tenant=\"shop\"} 0.0");
  }

  private static String timesOf(String error) {
    return "gen_ai_client_operation_duration_seconds_count{error_type=\"%s\"".formatted(error)
        + ",gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"openai\","
        + "gen_ai_request_model=\"m\"}";
  }

  @Test
  void exposuresAreCountedByTheirEnd() {
    serving.exposed(ExposureSender.Outcome.LOST);
    assertThat(metrics.scrape())
        .contains("hydra_serving_exposures_total{outcome=\"LOST\"} 1.0")
        .contains("hydra_serving_exposures_total{outcome=\"WRITTEN\"} 0.0");
  }

  @Test
  void everyDefinedSeriesHasItsName() {
    for (Definition definition : List.of(ServingMetrics.QUERIES, ServingMetrics.DEAD_LETTERS)) {
      assertThat(metrics.scrape()).contains("# HELP " + definition.name() + " ");
    }
  }
}

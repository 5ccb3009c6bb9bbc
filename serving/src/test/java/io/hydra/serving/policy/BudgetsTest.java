package io.hydra.serving.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.runtime.time.ManualTime;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.serving.policy.Budgets.Id;
import io.hydra.serving.policy.Budgets.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BudgetsTest {
  private final ManualTime time = new ManualTime();
  private Policies policies = Policies.NONE;
  private final Budgets budgets = new Budgets(() -> policies, time, (budgets, tenant, task) -> {});

  @BeforeAll
  static void trust() {
    RegistrySerializer.trustRecords();
  }

  private void govern(String shop) {
    policies = Policies.parse("version: 1\ntenants: {shop: %s}".formatted(shop));
  }

  private static Id id(String query) {
    return new Id("shop", "ann", "titles", query);
  }

  private Response.Builder response(String query, long tokens) {
    return Response.newBuilder()
        .setQueryId(query)
        .setTenant("shop")
        .setUserId("ann")
        .setTask("titles")
        .setStatus(ResponseStatus.OK)
        .setLlmCalls(1)
        .setPromptTokens(tokens - 1)
        .setCompletionTokens(1)
        .setAnsweredAt(time.instant());
  }

  private Refusal refused(String query, long tokens) {
    return budgets.reserve(id(query), tokens).orElseThrow();
  }

  private void take(String query, long tokens) {
    assertThat(budgets.reserve(id(query), tokens)).isEmpty();
  }

  @Test
  void aDaysBudgetIsRefusedUntilMidnight() {
    govern("{tokensPerDay: 100}");
    budgets.add(response("q1", 60).build());
    take("q2", 40);
    budgets.forget(id("q2"));
    Refusal refusal = refused("q3", 41);
    assertThat(refusal.status()).isEqualTo(ResponseStatus.OVER_BUDGET);
    assertThat(refusal.retryAt()).isEqualTo(Instant.parse("2026-01-02T00:00:00Z"));
    assertThat(refusal.reason())
        .isEqualTo(
            "60 are spent of tokensPerDay of the tenant (100), and this request may cost 41");
    time.advance(Duration.ofDays(1));
    take("q3", 41);
  }

  @Test
  void aMinutesRequestsAreRefusedUntilTheNextOne() {
    govern("{requestsPerMinute: 1}");
    time.advance(Duration.ofSeconds(20));
    budgets.add(response("q1", 60).build());
    Refusal refusal = refused("q2", 1);
    assertThat(refusal.status()).isEqualTo(ResponseStatus.RATE_LIMITED);
    assertThat(refusal.retryAt()).isEqualTo(ManualTime.START.plusSeconds(60));
    time.advance(Duration.ofSeconds(40));
    take("q2", 1);
  }

  @Test
  void whatIsUnderWayIsReservedAtItsMostThenAtItsCostThenRead() {
    govern("{tokensPerDay: 100}");
    take("q1", 90);
    Refusal refusal = refused("q2", 20);
    assertThat(refusal.status()).isEqualTo(ResponseStatus.RATE_LIMITED);
    assertThat(refusal.retryAt()).isEqualTo(time.instant().plusSeconds(1));
    budgets.settle(id("q1"), 30);
    take("q2", 20);
    assertThat(refused("q3", 51).status()).isEqualTo(ResponseStatus.RATE_LIMITED);
    budgets.add(response("q1", 30).build());
    take("q3", 50);
    assertThat(spent()).isEqualTo(30);
  }

  @Test
  void aQueryThatSomebodyElseAnswersGivesBackWhatItReserved() {
    govern("{tokensPerDay: 100}");
    take("q1", 90);
    budgets.settle(id("q1"), 30);
    budgets.forget(id("q1"));
    take("q2", 100);
  }

  @Test
  void aResponseOfLongAgoDoesNotGiveBackWhatIsUnderWayUnderItsId() {
    govern("{tokensPerDay: 100}");
    Response old = response("q1", 10).build();
    take("q1", 90);
    budgets.add(old);
    assertThat(refused("q2", 10).status()).isEqualTo(ResponseStatus.RATE_LIMITED);
  }

  @Test
  void oneRequestThatMayCostMoreThanTheBudgetIsToldSo() {
    govern("{tokensPerMinute: 10}");
    Refusal refusal = refused("q", 11);
    assertThat(refusal.retryAt()).isNull();
    assertThat(refusal.reason())
        .isEqualTo("tokensPerMinute of the tenant (10) is less than one request may cost, 11");
  }

  @Test
  void aTasksLimitHoldsBesideTheTenants() {
    govern("{tokensPerDay: 100, tasks: {titles: {tokensPerDay: 50}}}");
    budgets.add(response("q1", 45).build());
    assertThat(refused("q2", 6).reason()).contains("tokensPerDay of the task (50)");
    assertThat(budgets.reserve(new Id("shop", "ann", "colours", "q3"), 55)).isEmpty();
    assertThat(budgets.reserve(new Id("shop", "ann", "colours", "q4"), 1)).isPresent();
    assertThat(budgets.reserve(new Id("other", "ann", "titles", "q5"), 1_000)).isEmpty();
  }

  @Test
  void whatCostNoCallIsNoRequest() {
    govern("{requestsPerDay: 1}");
    budgets.add(response("q1", 1).setLlmCalls(0).setPromptTokens(0).build());
    take("q2", 1);
  }

  /** In any order, with any repetitions, from any number of topics. */
  @Test
  void spentIsTheSumOverTheDistinctResponsesOfToday() {
    Random random = new Random(7);
    for (int round = 0; round < 50; round++) {
      List<Response> log = new ArrayList<>();
      Map<String, Long> distinct = new HashMap<>();
      for (int i = 0; i < 200; i++) {
        String query = "q" + random.nextInt(60);
        long tokens = 1 + random.nextInt(100);
        Instant at = time.instant().plusMillis(random.nextInt(3) - 1L);
        Response said = response(query, tokens).setAnsweredAt(at).build();
        boolean isToday = !at.isBefore(time.instant());
        if (distinct.putIfAbsent(query + at + "," + tokens, isToday ? tokens : 0) == null) {
          log.add(said);
          log.add(
              Response.newBuilder(said).setText(null).setStatus(ResponseStatus.DEGRADED).build());
        }
      }
      Collections.shuffle(log, random);
      Budgets fresh = new Budgets(() -> policies, time, (all, tenant, task) -> {});
      log.forEach(fresh::add);
      assertThat(fresh.spent("shop", "titles", Limit.TOKENS_PER_DAY))
          .isEqualTo(distinct.values().stream().mapToLong(t -> t).sum());
    }
  }

  private long spent() {
    return budgets.spent("shop", Budgets.ALL_TASKS, Limit.TOKENS_PER_DAY);
  }
}

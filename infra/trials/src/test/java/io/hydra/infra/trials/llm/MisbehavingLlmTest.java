package io.hydra.infra.trials.llm;

import static io.hydra.schemas.avro.ResponseStatus.DEADLINE_EXCEEDED;
import static io.hydra.schemas.avro.ResponseStatus.LLM_FAILED;
import static io.hydra.schemas.avro.ResponseStatus.OK;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.hydra.infra.llm.Faults;
import io.hydra.infra.llm.Faults.Fault.Kind;
import io.hydra.infra.llm.Faults.FaultSettings;
import io.hydra.infra.llm.LlmServer;
import io.hydra.infra.llm.model.Prior;
import io.hydra.infra.llm.model.SimulatedModel;
import io.hydra.infra.llm.model.SimulatedModel.Models;
import io.hydra.llm.Deadline;
import io.hydra.llm.OpenAiLlm;
import io.hydra.llm.RetryPolicy;
import io.hydra.model.CallSaving;
import io.hydra.model.PersonalModel;
import io.hydra.model.base.Base;
import io.hydra.model.encoder.BuiltInEncoder;
import io.hydra.model.encoder.BuiltInEncoder.EncoderShape;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.time.SchedulerTimer;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.ItemVectors;
import io.hydra.schemas.registry.SchemaRegistrar;
import io.hydra.schemas.store.UserState;
import io.hydra.schemas.user.UserKey;
import io.hydra.serving.answer.AnswerPipeline;
import io.hydra.serving.answer.HeldHistories;
import io.hydra.serving.answer.Models.Model;
import io.hydra.serving.answer.PlainTasks;
import io.hydra.serving.answer.Question;
import io.hydra.serving.answer.Question.StageClock;
import io.hydra.serving.answer.StateReader;
import io.hydra.serving.policy.Budgets;
import io.hydra.serving.policy.Limit;
import io.hydra.serving.policy.LlmGate;
import io.hydra.serving.policy.Policies;
import io.hydra.serving.reply.ReplyRouter.Route;
import io.hydra.serving.reply.ResponseCodec;
import io.hydra.serving.state.UserStates;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Asks serving's pipeline and the LLM's client over HTTP while the simulated LLM misbehaves in
 * every way that it can. Each query is answered in time with the right status, and what was asked
 * and paid is counted to the call and token.
 */
class MisbehavingLlmTest {
  private static final String TENANT = "shop";
  private static final String PLAIN = "hydra-simulated-llm";
  private static final int ATTEMPTS = 3;
  private static final Backoff BACKOFF =
      Backoff.between(Duration.ofMillis(10), Duration.ofMillis(50));
  private static final Duration SOON = Duration.ofSeconds(3);
  private static final Duration LATER = Duration.ofSeconds(15);
  private static final Duration LATE = Duration.ofMinutes(2);
  private static final Policies POLICIES =
      Policies.parse("{version: 1, defaults: {tokensPerDay: 1000000, requestsPerDay: 10}}");

  private final Clock clock = Clock.systemUTC();
  private final Faults faults = new Faults(FaultSettings.NONE, 1);
  @AutoClose private final LlmServer server;
  @AutoClose private final SchedulerTimer timer = new SchedulerTimer();
  @AutoClose private final OpenAiLlm client;

  @AutoClose
  private final PersonalModel model =
      new PersonalModel(
          "blank",
          new Base(BuiltInEncoder.initialize(new EncoderShape(100, 4), 1), Map.of(), Map.of()),
          TaskCatalogue.shipped());

  private final Budgets budgets = new Budgets(() -> POLICIES, clock, (all, tenant, task) -> {});
  private final MockSchemaRegistryClient registry = new MockSchemaRegistryClient();

  MisbehavingLlmTest() throws IOException {
    SchemaRegistrar.registerAll(registry);
    SimulatedModel simulated = new SimulatedModel(Prior.learn(List.of()));
    // With another name beside it, the plain model answers to no name but its own.
    Models models = Models.named(Map.of("", simulated, "other", simulated));
    server = LlmServer.start(0, models, faults, clock, 1);
    RetryPolicy retries =
        new RetryPolicy(
            ATTEMPTS, Duration.ofMillis(100), LATE, null, LATE, BACKOFF, "more time helps");
    client = new OpenAiLlm(server.baseUrl(), "none", 8, retries, clock, timer);
  }

  /** Users of whom nothing is known, and whose answers are not recorded. */
  private static final class Strangers implements UserStates {
    @Override
    public UserState read(UserKey user, String task, String baseVersion, String queryId) {
      return readImpersonal(user, queryId);
    }

    @Override
    public UserState readImpersonal(UserKey user, String queryId) {
      return new UserState(null, null, History.EMPTY, ItemVectors.none(""), Heads.NONE, List.of());
    }

    @Override
    public byte[] record(UserKey user, String queryId, byte[] response, UserState state) {
      return response;
    }
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        arguments(fault(Kind.NONE), LATE, OK, 1, ""),
        arguments(slow(300), LATE, OK, 1, ""),
        arguments(slow(600_000), SOON, DEADLINE_EXCEEDED, ATTEMPTS, "did not answer"),
        arguments(fault(Kind.HANG), SOON, DEADLINE_EXCEEDED, ATTEMPTS, "did not answer"),
        arguments(fault(Kind.DRIP), SOON, DEADLINE_EXCEEDED, ATTEMPTS, "did not answer"),
        arguments(fault(Kind.BUSY), LATE, LLM_FAILED, ATTEMPTS, "answered 429"),
        arguments(busy(0), LATE, LLM_FAILED, ATTEMPTS, "answered 429"),
        arguments(busy(20), LATER, LLM_FAILED, 1, "no time for a retry"),
        arguments(busy(3600), LATE, LLM_FAILED, 1, "answered 429"),
        arguments(fault(Kind.ERROR), LATE, LLM_FAILED, ATTEMPTS, "answered 500"),
        arguments(fault(Kind.CUT), LATE, LLM_FAILED, ATTEMPTS, "cannot be reached"),
        arguments(fault(Kind.DROP), LATE, LLM_FAILED, ATTEMPTS, "cannot be reached"),
        arguments(fault(Kind.GARBAGE), LATE, LLM_FAILED, ATTEMPTS, "not a chat completion"),
        // 8 wanted: 4 come of 8, 2 of 4, 1 of 2 and 1 of 1.
        arguments(fault(Kind.FEWER), LATE, OK, 4, ""),
        arguments(fault(Kind.EMPTY), LATE, LLM_FAILED, 1, "samples were empty"),
        arguments(fault(Kind.FILTERED), LATE, LLM_FAILED, 1, "content filter"),
        arguments(fault(Kind.WINDOW), LATE, LLM_FAILED, 1, "the prompt is too long"));
  }

  private static FaultSettings fault(Kind kind) {
    return new FaultSettings(0, 0, Map.of(kind, 1.0), 1);
  }

  private static FaultSettings busy(long retryAfterSeconds) {
    return new FaultSettings(0, 0, Map.of(Kind.BUSY, 1.0), retryAfterSeconds);
  }

  private static FaultSettings slow(long millis) {
    return new FaultSettings(millis, 0, Map.of(), 1);
  }

  @ParameterizedTest
  @MethodSource("faults")
  void eachQueryIsAnsweredInTimeAndCountedExactly(
      FaultSettings settings, Duration time, ResponseStatus status, int calls, String reason)
      throws Exception {
    faults.set(settings);
    Response response = ask(PLAIN, time);
    assertThat(response.getStatus()).as(response.getReason()).isEqualTo(status);
    assertThat(response.getReason() == null ? "" : response.getReason()).contains(reason);
    // The shorter the time, the fewer attempts begin.
    assertThat(response.getLlmCalls()).isBetween(status == DEADLINE_EXCEEDED ? 1 : calls, calls);
    verifyAccount(response);
  }

  @Test
  void aModelThatTheEndpointDoesNotHaveIsAskedOnce() throws Exception {
    Response response = ask(PLAIN + "-none", LATE);
    assertThat(response.getStatus()).isEqualTo(LLM_FAILED);
    assertThat(response.getReason()).contains("answered 404", "check the base URL", "the model");
    assertThat(response.getLlmCalls()).isEqualTo(1);
    verifyAccount(response);
  }

  @Test
  void noCallOnAConnectionThatWasUsedBeforeIsRepeatedUncounted() throws Exception {
    Response before = ask(PLAIN, LATE);
    assertThat(before.getStatus()).isEqualTo(OK);
    faults.set(fault(Kind.DROP));
    assertThat(ask(PLAIN, LATE).getLlmCalls()).isEqualTo(ATTEMPTS);
    assertThat(server.stats().requests()).isEqualTo(before.getLlmCalls() + ATTEMPTS);
  }

  /** The response, the endpoint and the budget say the same. */
  private void verifyAccount(Response response) {
    LlmServer.Stats stats = server.stats();
    // A last attempt may have been given up before it left.
    assertThat(stats.requests())
        .isBetween(
            response.getLlmCalls() - (response.getStatus() == DEADLINE_EXCEEDED ? 1L : 0L),
            (long) response.getLlmCalls());
    long tokens = response.getPromptTokens() + response.getCompletionTokens();
    // An answer that never arrives whole costs the endpoint something, and says nothing of it.
    if (!response.getLlm().isEmpty()) {
      assertThat(tokens).isEqualTo(stats.promptTokens() + stats.completionTokens()).isPositive();
    } else {
      assertThat(tokens).isZero();
    }
    budgets.add(response);
    assertThat(budgets.reserved(TENANT, Budgets.ALL_TASKS, Limit.TOKENS_PER_DAY)).isZero();
    assertThat(budgets.spent(TENANT, Budgets.ALL_TASKS, Limit.TOKENS_PER_DAY)).isEqualTo(tokens);
    assertThat(budgets.spent(TENANT, Budgets.ALL_TASKS, Limit.REQUESTS_PER_DAY)).isEqualTo(1);
  }

  private Response ask(String llm, Duration time) throws IOException {
    ResponseCodec codec = new ResponseCodec(registry);
    AnswerPipeline pipeline =
        new AnswerPipeline(
            tenant -> new Model("blank", model.tasks(), model::read),
            new LlmGate(client, () -> POLICIES, budgets, clock),
            llm,
            new StateReader(new Strangers(), codec, Runnable::run, clock, timer, BACKOFF),
            codec,
            new HeldHistories(1 << 20),
            Runnable::run,
            Runnable::run,
            Runnable::run,
            clock,
            CallSaving.NONE,
            new PlainTasks(clock));
    return pipeline.answer(question(clock.instant().plus(time))).join().response();
  }

  private Question question(Instant deadline) {
    Query query =
        Query.newBuilder()
            .setQueryId("q-1")
            .setTenant(TENANT)
            .setUserId("ann")
            .setTask("LaMP_3")
            .setInput("Stays in tune for weeks.")
            .setDeadline(deadline)
            .build();
    return new Question(
        query,
        (TENANT + ":ann").getBytes(UTF_8),
        clock.instant(),
        clock.instant(),
        new Deadline(deadline, () -> false),
        false,
        Route.plain(),
        new StageClock(System::nanoTime, System.nanoTime()));
  }
}

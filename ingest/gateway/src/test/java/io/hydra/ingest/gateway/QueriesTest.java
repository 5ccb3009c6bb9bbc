package io.hydra.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.ingest.gateway.TestGateway.Answer;
import io.hydra.ingest.gateway.auth.Role;
import io.hydra.ingest.gateway.http.ProblemType;
import io.hydra.ingest.gateway.http.Refusal;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.avro.Trial;
import io.hydra.schemas.avro.TrialItems;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class QueriesTest extends GatewayTest {
  private static final String QUERY =
      "{\"query_id\":\"q 1/ü\",\"user_id\":\"ann\",\"task\":\"LaMP_3\",\"input\":\"a text\"}";
  private static final String LOCATION = "/v1/responses/q%201%2F%C3%BC?user_id=ann";

  private CompletableFuture<Response> holdAnswer() {
    CompletableFuture<Response> held = new CompletableFuture<>();
    gateway.backend.answers = query -> held;
    return held;
  }

  @Test
  void theResponseIsWaitedForAndToldWhole() {
    Answer answer = gateway.post("/v1/queries", QUERY, "traceparent", "00-1");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("text").asText()).isEqualTo("Good strings.");
    assertThat(answer.json().path("candidates").path(0).path("score").asDouble()).isEqualTo(0.75);
    Query asked = gateway.backend.queries.get(0);
    assertThat(asked.getTenant()).isEqualTo("shop");
    assertThat(asked.getDeadline()).isEqualTo(gateway.time.instant().plus(Duration.ofSeconds(30)));
    assertThat(asked.getPersonalize()).isTrue();
    assertThat(gateway.backend.headers.get(0)).containsEntry("traceparent", "00-1");
  }

  @Test
  void aTrialIsPassedOnAndHeldToItsRules() {
    String trial = QUERY.replace("}", ",\"trial\":%s}");
    gateway.post("/v1/queries", trial.formatted("{\"items\":\"latest\",\"without\":[\"e1\"]}"));
    assertThat(gateway.backend.queries.get(0).getTrial())
        .isEqualTo(new Trial(TrialItems.LATEST, List.of("e1")));
    for (String wrong :
        List.of("{\"items\":\"newest\"}", "{\"without\":[1]}", "{\"with\":[]}", "true")) {
      Answer refused = gateway.post("/v1/queries", trial.formatted(wrong));
      assertThat(refused.status()).as(wrong).isEqualTo(422);
      assertThat(refused.json().path("detail").asText()).contains("trial");
    }
  }

  @Test
  void whoDoesNotWaitComesBack() {
    CompletableFuture<Response> held = holdAnswer();
    Answer pending = gateway.post("/v1/queries", QUERY, "Prefer", "respond-async");
    assertThat(pending.status()).isEqualTo(202);
    assertThat(pending.header("Location")).isEqualTo(LOCATION);
    assertThat(gateway.get(LOCATION).status()).isEqualTo(202);

    held.complete(InMemoryBackend.answer(gateway.backend.queries.get(0), "Here."));
    assertThat(gateway.get(LOCATION).json().path("text").asText()).isEqualTo("Here.");
    assertThat(gateway.get(LOCATION.replaceFirst("\\?.*", "")).status())
        .as("one user alone has asked under the id")
        .isEqualTo(200);
    assertThat(gateway.get(LOCATION.replace("ann", "bob")).status()).isEqualTo(404);
    assertThat(
            gateway
                .get(LOCATION, "Authorization", "Bearer " + TestGateway.OTHER_TENANTS_KEY)
                .status())
        .as("another tenant")
        .isEqualTo(404);
  }

  @Test
  void whoWaitsATimeIsAnsweredIfItSuffices() {
    assertThat(gateway.post("/v1/queries", QUERY, "Prefer", "wait=20").status()).isEqualTo(200);
    var unused = holdAnswer();
    assertThat(gateway.post("/v1/queries", QUERY, "Prefer", "handling=strict, wait=0").status())
        .isEqualTo(202);
  }

  @Test
  void anEventStreamHasOneEvent() {
    Answer answer = gateway.post("/v1/queries", QUERY, "Accept", "text/event-stream");
    assertThat(answer.header("Content-Type")).isEqualTo("text/event-stream");
    assertThat(answer.body()).startsWith("event: response\ndata: {").endsWith("}\n\n");
  }

  @ParameterizedTest
  @EnumSource(names = {"OVER_BUDGET", "RATE_LIMITED"})
  void aSpentBudgetSaysWhenToComeBackIfThatHelps(ResponseStatus status) {
    gateway.backend.answers =
        query -> {
          Response response = InMemoryBackend.failure(query, status, "60 are spent");
          response.setRetryAt(response.getAnsweredAt().plusMillis(2_500));
          return CompletableFuture.completedFuture(response);
        };
    Answer answer = gateway.post("/v1/queries", QUERY);
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.header("Retry-After")).isEqualTo("3");
    gateway.backend.answers =
        query ->
            CompletableFuture.completedFuture(
                InMemoryBackend.failure(query, status, "less than one request may cost"));
    assertThat(gateway.post("/v1/queries", QUERY).header("Retry-After")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID_QUERY, 422",
    "UNKNOWN_TASK, 404",
    "DEADLINE_EXCEEDED, 504",
    "LLM_FAILED, 502",
    "OVERLOADED, 429",
    "INTERNAL_ERROR, 502",
    "UNKNOWN, 502"
  })
  void aFailureIsTheStatusThatHttpHasForIt(ResponseStatus status, int http) {
    gateway.backend.answers =
        query ->
            CompletableFuture.completedFuture(
                InMemoryBackend.failure(query, status, "what is wrong"));
    Answer answer = gateway.post("/v1/queries", QUERY);
    assertThat(answer.status()).isEqualTo(http);
    assertThat(answer.header("Retry-After")).isEqualTo(http == 429 ? "1" : "");
  }

  @Test
  void kafkaAwayIsSaid() {
    gateway.backend.away = true;
    Answer answer = gateway.post("/v1/queries", QUERY);
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("Retry-After")).isEqualTo("2");
    gateway.backend.away = false;
    assertThat(gateway.post("/v1/queries", QUERY).status()).isEqualTo(200);
  }

  @Test
  void noMoreAreWaitedForThanMayBe() {
    CompletableFuture<Response> held = holdAnswer();
    gateway.write(
        IntStream.range(0, 5)
            .mapToObj(i -> TestGateway.key("k" + i, "shop", Set.of(Role.QUERIES), "key-" + i, 100))
            .toList());
    gateway.keys.refresh();
    for (int i = 0; i < 16; i++) {
      assertThat(askWithKey("key-" + i / 4).status()).isEqualTo(202);
    }
    assertThat(askWithKey("key-4").status()).isEqualTo(503);
    held.complete(InMemoryBackend.answer(gateway.backend.queries.get(0), "Here."));
    assertThat(gateway.post("/v1/queries", QUERY, "Authorization", "Bearer key-4").status())
        .isEqualTo(200);
  }

  @Test
  void oneKeyHasAQuarterOfThem() {
    CompletableFuture<Response> held = holdAnswer();
    for (int i = 0; i < 4; i++) {
      assertThat(askWithKey(TestGateway.KEY).status()).isEqualTo(202);
    }
    assertThat(askWithKey(TestGateway.KEY).status()).isEqualTo(429);
    assertThat(askWithKey(TestGateway.OTHER_TENANTS_KEY).status()).isEqualTo(202);
    held.complete(InMemoryBackend.answer(gateway.backend.queries.get(0), "Here."));
    assertThat(gateway.post("/v1/queries", QUERY).status()).isEqualTo(200);
  }

  private Answer askWithKey(String key) {
    return gateway.post(
        "/v1/queries", QUERY, "Prefer", "respond-async", "Authorization", "Bearer " + key);
  }

  @Test
  void aDeadlineFarAwayIsTenMinutes() {
    gateway.post("/v1/queries", QUERY.replace("}", ",\"deadline\":\"2999-01-01T00:00:00Z\"}"));
    assertThat(gateway.backend.queries.get(0).getDeadline())
        .isEqualTo(gateway.time.instant().plus(Duration.ofMinutes(10)));
  }

  @Test
  void aDeadlineThatIsOverIsRefusedAndNoneIsNot() {
    String query = QUERY.replace("}", ",\"deadline\":%s}");
    for (Object over : List.of("\"2020-01-01T00:00:00Z\"", -1, gateway.time.millis())) {
      Answer answer = gateway.post("/v1/queries", query.formatted(over));
      assertThat(answer.status()).as("%s", over).isEqualTo(422);
      assertThat(answer.json().path("field").asText()).isEqualTo("deadline");
      assertThat(answer.json().path("detail").asText()).contains("in the past");
    }
    assertThat(gateway.backend.queries).isEmpty();
    for (long ahead : new long[] {0, gateway.time.millis() + 1}) {
      assertThat(gateway.post("/v1/queries", query.formatted(ahead)).status()).isEqualTo(200);
    }
  }

  @Test
  void whoGetsNoAnswerInTimeIsToldWhichQueryToAskAgain() {
    String anonymous = QUERY.replace("\"query_id\":\"q 1/ü\",", "");
    String chat =
        "{\"model\":\"hydra/LaMP_3\",\"user\":\"ann\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
    List<Function<Query, CompletableFuture<Response>>> late =
        List.of(
            query ->
                CompletableFuture.failedFuture(
                    Refusal.of(ProblemType.DEADLINE_EXCEEDED, "ask again")),
            query ->
                CompletableFuture.completedFuture(
                    InMemoryBackend.failure(query, ResponseStatus.DEADLINE_EXCEEDED, "too late")));
    for (Function<Query, CompletableFuture<Response>> answer : late) {
      gateway.backend.answers = answer;
      Answer own = gateway.post("/v1/queries", anonymous);
      assertThat(own.status()).isEqualTo(504);
      assertThat(own.json().path("query_id").asText()).isEqualTo(lastQueryId());
      Answer openAi = gateway.post("/v1/chat/completions", chat);
      assertThat(openAi.status()).isEqualTo(504);
      assertThat(openAi.json().at("/error/query_id").asText()).isEqualTo(lastQueryId());
    }
  }

  private String lastQueryId() {
    return gateway.backend.queries.get(gateway.backend.queries.size() - 1).getQueryId();
  }

  @Test
  void aDeadlineOfAnotherUnitIsRefused() {
    long millis = gateway.time.millis() + 1_000;
    for (String deadline : new String[] {millis + "000", millis + "000000"}) {
      Answer answer =
          gateway.post("/v1/queries", QUERY.replace("}", ",\"deadline\":" + deadline + "}"));
      assertThat(answer.status()).isEqualTo(422);
      assertThat(answer.body()).contains("milliseconds");
    }
  }

  @Test
  void anIdempotencyKeyIsTheQuerysId() {
    String anonymous = QUERY.replace("\"query_id\":\"q 1/ü\",", "");
    gateway.post("/v1/queries", anonymous, "Idempotency-Key", "k");
    gateway.post("/v1/queries", anonymous, "Idempotency-Key", "k");
    gateway.post("/v1/queries", anonymous);
    assertThat(gateway.backend.queries.get(1).getQueryId())
        .isEqualTo(gateway.backend.queries.get(0).getQueryId())
        .isNotEqualTo(gateway.backend.queries.get(2).getQueryId());
  }
}

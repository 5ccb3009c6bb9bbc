package io.hydra.llm;

import static io.hydra.llm.Requests.refusal;
import static io.hydra.llm.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.llm.FakeEndpoint.Answer;
import io.hydra.llm.LlmException.Kind;
import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.time.SchedulerTimer;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a real HTTP server on loopback. */
class OpenAiLlmTest {
  private static final Duration PATIENT = Duration.ofMinutes(5);

  private final SchedulerTimer timer = new SchedulerTimer();
  private final List<OpenAiLlm> opened = new ArrayList<>();
  private FakeEndpoint endpoint;

  @BeforeEach
  void start() throws IOException {
    endpoint = new FakeEndpoint();
  }

  @AfterEach
  void stop() {
    opened.forEach(OpenAiLlm::close);
    endpoint.close();
    timer.close();
  }

  private OpenAiLlm llm(String url, int concurrency, Duration timeout) {
    return llm(url, concurrency, timeout, null);
  }

  private OpenAiLlm llm(String url, int concurrency, Duration timeout, Duration hedgeAfter) {
    RetryPolicy policy =
        new RetryPolicy(
            2,
            Duration.ZERO,
            timeout,
            hedgeAfter,
            PATIENT,
            new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), () -> 0),
            "raise --llm-min-attempt");
    OpenAiLlm llm = new OpenAiLlm(url, "key-1\n", concurrency, policy, Clock.systemUTC(), timer);
    opened.add(llm);
    return llm;
  }

  private CompletableFuture<LlmReply> ask(String url, LlmRequest request) {
    return llm(url, 8, PATIENT).complete(request, Deadline.NONE);
  }

  private CompletableFuture<LlmReply> ask(LlmRequest request) {
    return ask(endpoint.url(), request);
  }

  @Test
  void asksForAllTextsInOneCallAndReadsThem() {
    LlmReply reply = ask(request("and now?", 3, OptionalLong.of(7))).join();
    assertThat(reply.texts()).containsExactly("text 0", "text 1", "text 2");
    assertThat(reply.model()).isEqualTo("small");
    assertThat(reply.promptTokens()).isEqualTo(40);
    assertThat(reply.completionTokens()).isEqualTo(6);
    assertThat(endpoint.requests).hasSize(1);
    JsonNode sent = endpoint.requests.get(0);
    assertThat(sent.get("model").asText()).isEqualTo("small");
    assertThat(sent.get("n").asInt()).isEqualTo(3);
    assertThat(sent.get("temperature").asDouble()).isEqualTo(0.7);
    assertThat(sent.get("max_tokens").asInt()).isEqualTo(64);
    assertThat(sent.has("max_completion_tokens")).isFalse();
    assertThat(sent.get("seed").asLong()).isEqualTo(7);
    assertThat(sent.get("messages"))
        .extracting(m -> m.get("role").asText() + ": " + m.get("content").asText())
        .containsExactly("system: be brief", "user: colour?", "assistant: blue", "user: and now?");
    assertThat(endpoint.headers.get(0).getFirst("Authorization")).isEqualTo("Bearer key-1");
    assertThat(endpoint.headers.get(0).getFirst("Content-Type")).isEqualTo("application/json");
  }

  @Test
  void anEndpointThatIsAwayIsNotCalledForLongWhateverTheConcurrency() {
    endpoint.always(r -> Answer.error(503, "{}"));
    OpenAiLlm llm = llm(endpoint.url(), 1024, PATIENT);
    for (int i = 0; i < 17; i++) {
      LlmException unused = Requests.refusal(llm.complete(request(1), Deadline.NONE));
    }
    assertThat(endpoint.requests).hasSize(Circuit.FEWEST * 2);
  }

  @Test
  void oneAttemptAtMostIsLostToConnectionsThatDiedMeanwhile() throws IOException {
    CyclicBarrier together = new CyclicBarrier(4);
    endpoint.always(
        r -> {
          awaitAll(together);
          return Answer.choices(1);
        });
    OpenAiLlm llm = llm(endpoint.url(), 8, PATIENT);
    List<CompletableFuture<LlmReply>> before =
        Stream.generate(() -> llm.complete(request(1), Deadline.NONE)).limit(4).toList();
    before.forEach(CompletableFuture::join);
    int port = endpoint.port();
    endpoint.close();
    endpoint = new FakeEndpoint(port);
    assertThat(llm.complete(request(1), Deadline.NONE).join().texts()).containsExactly("text 0");
  }

  private static void awaitAll(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 503})
  void anAttemptIsOneRequestThatIsCounted(int status) {
    endpoint.always(r -> new Answer(status, "{}", Map.of("Retry-After", "0"), false));
    assertThat(refusal(ask(request(1))).calls()).isEqualTo(2);
    assertThat(endpoint.requests).hasSize(2);
  }

  @Test
  void withoutASeedNoneIsSent() {
    LlmReply unused = ask(request(1)).join();
    assertThat(endpoint.requests.get(0).has("seed")).isFalse();
  }

  @Test
  void anAddressWithoutItsVersionOrWithOneTooManyIsFoundAndRemembered() {
    OpenAiLlm llm = llm(endpoint.root() + "/", 8, PATIENT);
    LlmReply unused = llm.complete(request(1), Deadline.NONE).join();
    assertThat(endpoint.places).containsExactly("/v1/chat/completions");
    endpoint.livesAt("/chat/completions");
    OpenAiLlm other = llm(endpoint.url(), 8, PATIENT);
    LlmReply unusedToo = other.complete(request(1), Deadline.NONE).join();
    LlmReply last = other.complete(request(1), Deadline.NONE).join();
    assertThat(last.texts()).hasSize(1);
    assertThat(endpoint.places.subList(1, 4))
        .containsExactly("/v1/chat/completions", "/chat/completions", "/chat/completions");
  }

  @Test
  void anAddressThatIsNowhereNamesWhatToCheck() {
    endpoint.livesAt("/elsewhere");
    assertThat(refusal(ask(request(1))))
        .hasMessageContaining("404")
        .hasMessageContaining("base URL");
  }

  @Test
  void azuresAddressKeepsItsQueryAndItsKeyItsName() {
    endpoint.livesAt("/openai/deployments/gpt/chat/completions");
    String url = endpoint.root() + "/openai/deployments/gpt/?api-version=2024-10-21";
    assertThat(ask(url, request(1)).join().texts()).hasSize(1);
    assertThat(endpoint.places)
        .containsExactly("/openai/deployments/gpt/chat/completions?api-version=2024-10-21");
    assertThat(endpoint.headers.get(0).getFirst("api-key")).isEqualTo("key-1");
    assertThat(endpoint.headers.get(0).containsKey("Authorization")).isFalse();
  }

  @Test
  void aReasoningModelsDialectIsLearnedOnceAndRemembered() {
    endpoint.always(
        r -> {
          for (String field : List.of("max_tokens", "temperature", "n", "seed")) {
            if (r.has(field)) {
              return Answer.error(
                  400,
                  "{\"error\":{\"message\":\"Unsupported parameter: '%s'\",\"param\":\"%s\"}}"
                      .formatted(field, field));
            }
          }
          return Answer.choices(1);
        });
    OpenAiLlm llm = llm(endpoint.url(), 8, PATIENT);
    LlmRequest request = request("x", 3, OptionalLong.of(7));
    assertThat(llm.complete(request, Deadline.NONE).join().texts()).hasSize(3);
    assertThat(endpoint.requests).hasSize(4 + 3);
    assertThat(endpoint.requests.get(6).get("max_completion_tokens").asInt()).isEqualTo(64);
    assertThat(llm.complete(request, Deadline.NONE).join().texts()).hasSize(3);
    assertThat(endpoint.requests).hasSize(4 + 3 + 3);
  }

  @Test
  void aRedirectIsNotFollowedWithTheKeyButTold() throws IOException {
    try (FakeEndpoint other = new FakeEndpoint()) {
      Map<String, String> away = Map.of("Location", other.url() + "/chat/completions");
      endpoint.always(r -> new Answer(307, "", away, false));
      assertThat(refusal(ask(request(1)))).hasMessageContaining("redirects");
      assertThat(other.requests).isEmpty();
    }
  }

  @Test
  void aTextThatWasCutWithinACharacterIsSentAllTheSame() {
    assertThat(ask(request("sun \ud83d", 1, OptionalLong.empty())).join().texts()).hasSize(1);
    assertThat(endpoint.requests.get(0).get("messages").get(3).get("content").asText())
        .isEqualTo("sun \ufffd");
  }

  @Test
  void aServerThatHangsIsGivenUpAfterTheTimeoutEveryTime() {
    endpoint.always(r -> Answer.hang());
    LlmException error =
        refusal(llm(endpoint.url(), 2, Duration.ofMillis(150)).complete(request(1), Deadline.NONE));
    assertThat(error.kind()).isEqualTo(Kind.SLOW);
    assertThat(error)
        .hasMessageContaining("within 0.15 s 2 times")
        .hasMessageContaining("--llm-min-attempt");
    assertThat(error.calls()).isEqualTo(2);
  }

  @Test
  void anAbsentServerIsUnavailable() {
    endpoint.close();
    LlmException error = refusal(ask(request(1)));
    assertThat(error.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(error).hasMessageContaining("cannot be reached (ConnectException) 2 times");
  }

  @Test
  void noErrorTellsWhatWasSaidOrASecret() {
    String url = endpoint.url().replace("http://", "http://me:pass@") + "?token=t";
    for (int status : new int[] {400, 401, 403, 404, 413, 418, 422, 429, 500}) {
      endpoint.always(
          r -> {
            String said = r.get("messages").get(3).get("content").toString();
            return Answer.error(
                status,
                "{\"error\":{\"message\":%s,\"code\":%s,\"type\":\"diary\",\"param\":%s}}"
                    .formatted(said, said, said));
          });
      assertThat(refusal(ask(url, request(1))))
          .hasNoCause()
          .hasMessageContaining("answered " + status)
          .hasMessageNotContainingAny(Requests.SECRET, "diary", "pass", "token", "key-1");
    }
  }

  @Test
  void asManyCallsAsAllowedAreUnderWayAtOnceAndNoMore() {
    int concurrency = 6;
    CountDownLatch together = new CountDownLatch(concurrency);
    AtomicInteger underWay = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    endpoint.always(
        r -> {
          most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
          together.countDown();
          try {
            together.await();
            return Answer.choices(1);
          } catch (InterruptedException e) {
            return Answer.error(400, "{}");
          } finally {
            underWay.decrementAndGet();
          }
        });
    OpenAiLlm llm = llm(endpoint.url(), concurrency, PATIENT);
    List<CompletableFuture<LlmReply>> replies = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      replies.add(llm.complete(request(1), Deadline.NONE));
    }
    replies.forEach(CompletableFuture::join);
    assertThat(most.get()).isEqualTo(concurrency);
  }

  @Test
  void theCallThatLostIsCutOffAndGivesItsPlaceBack() {
    endpoint.always(r -> endpoint.requests.size() % 2 == 1 ? Answer.hang() : Answer.choices(1));
    OpenAiLlm llm = llm(endpoint.url(), 2, Duration.ofHours(1), Duration.ofMillis(1));
    for (int i = 0; i < 3; i++) {
      assertThat(llm.complete(request(1), Deadline.NONE).join().calls()).isEqualTo(2);
    }
  }

  @Test
  void closingGivesUpWhatHangsAndWhatIsQueued() throws InterruptedException {
    CountDownLatch hanging = new CountDownLatch(1);
    endpoint.always(
        r -> {
          hanging.countDown();
          return Answer.hang();
        });
    OpenAiLlm llm = llm(endpoint.url(), 1, Duration.ofHours(1));
    CompletableFuture<LlmReply> hung = llm.complete(request(1), Deadline.NONE);
    hanging.await();
    CompletableFuture<LlmReply> queued = llm.complete(request(1), Deadline.NONE);
    llm.close();
    for (CompletableFuture<LlmReply> reply :
        List.of(hung, queued, llm.complete(request(1), Deadline.NONE))) {
      assertThat(reply).isCompletedExceptionally();
      assertThat(refusal(reply).kind()).isEqualTo(Kind.CLOSED);
    }
    assertThat(endpoint.requests).hasSize(1);
  }
}

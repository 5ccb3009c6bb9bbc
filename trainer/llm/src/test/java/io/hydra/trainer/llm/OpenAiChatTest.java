package io.hydra.trainer.llm;

import static io.hydra.trainer.llm.Chats.refusal;
import static io.hydra.trainer.llm.Chats.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.trainer.llm.ChatException.Kind;
import io.hydra.trainer.llm.FakeEndpoint.Answer;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a real HTTP server on loopback. Waits are recorded, not waited. */
class OpenAiChatTest {
  private static final Duration PATIENT = Duration.ofSeconds(60);
  private static final int RETRIES = 3;
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private final List<Duration> waits = new CopyOnWriteArrayList<>();
  private final List<OpenAiChat> chats = new ArrayList<>();
  private FakeEndpoint endpoint;

  @BeforeEach
  void start() throws IOException {
    endpoint = new FakeEndpoint();
  }

  @AfterEach
  void stop() {
    chats.forEach(OpenAiChat::close);
    endpoint.close();
  }

  private OpenAiChat chat(int concurrency, Duration timeout) {
    return chat(endpoint.url(), concurrency, timeout, waits::add);
  }

  private OpenAiChat chat(String url, int concurrency, Duration timeout, OpenAiChat.Pause pause) {
    OpenAiChat chat =
        new OpenAiChat(
            url,
            "key-1",
            concurrency,
            timeout,
            RETRIES,
            new Backoff(Duration.ofMillis(100), Duration.ofMillis(250), () -> 0.5),
            Clock.fixed(NOW, ZoneOffset.UTC),
            pause);
    chats.add(chat);
    return chat;
  }

  private OpenAiChat chat() {
    return chat(2, PATIENT);
  }

  @Test
  void asksForAllTextsInOneCallAndReadsThem() {
    ChatReply reply = chat().ask(request("and now?", 3, OptionalLong.of(7))).join();
    assertThat(reply.texts()).containsExactly("text 0", "text 1", "text 2");
    assertThat(reply.promptTokens()).isEqualTo(40);
    assertThat(reply.completionTokens()).isEqualTo(6);
    assertThat(endpoint.requests).hasSize(1);
    JsonNode sent = endpoint.requests.get(0);
    assertThat(sent.get("model").asText()).isEqualTo("small");
    assertThat(sent.get("n").asInt()).isEqualTo(3);
    assertThat(sent.get("temperature").asDouble()).isEqualTo(0.7);
    assertThat(sent.get("max_tokens").asInt()).isEqualTo(16);
    assertThat(sent.has("max_completion_tokens")).isFalse();
    assertThat(sent.get("seed").asLong()).isEqualTo(7);
    assertThat(sent.get("messages"))
        .extracting(m -> m.get("role").asText() + ": " + m.get("content").asText())
        .containsExactly("system: be brief", "user: colour?", "assistant: blue", "user: and now?");
    assertThat(endpoint.authorizations).containsExactly("Bearer key-1");
  }

  @Test
  void withoutASeedNoneIsSent() {
    chat().ask(request(1)).join();
    assertThat(endpoint.requests.get(0).has("seed")).isFalse();
  }

  @Test
  void aReplyWithTheBareMinimumIsRead() {
    endpoint.always(r -> Answer.ok("{\"choices\":[{\"message\":{\"content\":\"red\"}}]}"));
    ChatReply reply = chat().ask(request(1)).join();
    assertThat(reply.texts()).containsExactly("red");
    assertThat(reply.promptTokens() + reply.completionTokens()).isZero();
  }

  @Test
  void anEmptyTextIsATextToo() {
    endpoint.always(r -> Answer.ok("{\"choices\":[{\"message\":{\"content\":null}}]}"));
    assertThat(chat().ask(request(1)).join().texts()).containsExactly("");
  }

  @Test
  void cappedChoicesAreAskedForAgainWithOtherSeedsAndAllUsageCounts() {
    endpoint.always(r -> Answer.choices(Math.min(3, r.get("n").asInt())));
    ChatReply reply = chat().ask(request("x", 8, OptionalLong.of(100))).join();
    assertThat(reply.texts()).hasSize(8);
    assertThat(endpoint.requests).extracting(r -> r.get("n").asInt()).containsExactly(8, 5, 2);
    assertThat(endpoint.requests)
        .extracting(r -> r.get("seed").asLong())
        .containsExactly(100L, 101L, 102L);
    assertThat(reply.promptTokens()).isEqualTo(120);
    assertThat(reply.completionTokens()).isEqualTo(16);
  }

  @Test
  void anEndpointThatIgnoresNIsAskedOncePerText() {
    endpoint.always(r -> Answer.choices(1));
    assertThat(chat().ask(request(4)).join().texts()).hasSize(4);
    assertThat(endpoint.requests).hasSize(4);
  }

  @Test
  void moreChoicesThanAskedForAreCut() {
    endpoint.always(r -> Answer.choices(5));
    assertThat(chat().ask(request(2)).join().texts()).hasSize(2);
  }

  @Test
  void anEndpointThatGivesNoMoreIsTakenAtItsWord() {
    endpoint.always(r -> Answer.choices(endpoint.requests.size() == 1 ? 2 : 0));
    assertThat(chat().ask(request(8)).join().texts()).hasSize(2);
    assertThat(endpoint.requests).hasSize(1 + 1 + RETRIES);
  }

  @Test
  void anEndpointThatBreaksBeforeTheRestFailsTheAskSoThatNoHalfReplyIsKept() {
    endpoint.always(
        r -> endpoint.requests.size() == 1 ? Answer.choices(2) : Answer.error(500, "oops"));
    assertThat(refusal(chat().ask(request(8))).kind()).isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void tooManyRequestsIsTriedAgainAfterWhatTheServerAsks() {
    Answer slowDown = Answer.error(429, "{\"error\":{\"code\":\"rate_limit_exceeded\"}}");
    endpoint.inTurn(
        slowDown.retryAfter("7"),
        slowDown.retryAfter("Sat, 21 Nov 2026 12:00:30 GMT"),
        slowDown,
        Answer.choices(1));
    assertThat(chat().ask(request(1)).join().texts()).hasSize(1);
    // Half of the first wait on top of what was asked; three quarters of the third one's 250 ms.
    assertThat(waits)
        .containsExactly(
            Duration.ofMillis(7050), Duration.ofMillis(30050), Duration.ofNanos(187_500_000));
  }

  @Test
  void aServerThatAsksForTooMuchPatienceIsGivenUp() {
    endpoint.always(r -> Answer.error(429, "{}").retryAfter("3600"));
    assertThat(refusal(chat().ask(request(1))).kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(waits).isEmpty();
  }

  @Test
  void aSpentQuotaIsNotTriedAgain() {
    endpoint.always(r -> Answer.error(429, "{\"error\":{\"code\":\"insufficient_quota\"}}"));
    ChatException error = refusal(chat().ask(request(1)));
    assertThat(error.kind()).isEqualTo(Kind.REFUSED);
    assertThat(error).hasMessageContaining("quota");
    assertThat(endpoint.requests).hasSize(1);
  }

  @Test
  void serverErrorsAreTriedAgainWithGrowingWaitsAndThenGivenUp() {
    endpoint.always(r -> Answer.error(500, "the prompt was: " + r.get("messages")));
    ChatException error = refusal(chat().ask(request(1)));
    assertThat(error.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(error).hasMessageContaining("500 4 times").hasMessageContaining(endpoint.url());
    assertThat(endpoint.requests).hasSize(1 + RETRIES);
    assertThat(waits)
        .containsExactly(
            Duration.ofMillis(75), Duration.ofMillis(150), Duration.ofNanos(187_500_000));
  }

  @Test
  void garbageIsTriedAgainAndThenUnreadable() {
    endpoint.always(r -> Answer.ok("<html>hello</html>"));
    assertThat(refusal(chat().ask(request(1))).kind()).isEqualTo(Kind.UNREADABLE);
    endpoint.always(r -> Answer.ok("{\"choices\": \"none\"}"));
    assertThat(refusal(chat().ask(request(1))).kind()).isEqualTo(Kind.UNREADABLE);
    assertThat(endpoint.requests).hasSize(2 * (1 + RETRIES));
  }

  @Test
  void garbageOnceIsNoMatter() {
    endpoint.inTurn(Answer.ok("<html>hello</html>"), Answer.choices(1));
    assertThat(chat().ask(request(1)).join().texts()).hasSize(1);
  }

  @Test
  void aServerThatHangsIsGivenUpAfterTheTimeoutEveryTime() {
    endpoint.always(r -> Answer.hang());
    ChatException error = refusal(chat(2, Duration.ofMillis(150)).ask(request(1)));
    assertThat(error.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(error).hasMessageContaining("in time 4 times");
    assertThat(endpoint.requests).hasSize(1 + RETRIES);
  }

  @Test
  void aWrongKeyIsToldAtOnceWithTheRemedy() {
    endpoint.always(r -> Answer.error(401, "{\"error\":{\"message\":\"no\"}}"));
    ChatException error = refusal(chat().ask(request(1)));
    assertThat(error.kind()).isEqualTo(Kind.UNAUTHORIZED);
    assertThat(error).hasMessageContaining("HYDRA_LLM_API_KEY");
    assertThat(endpoint.requests).hasSize(1);
  }

  @Test
  void anAbsentServerIsUnavailable() {
    endpoint.close();
    ChatException error = refusal(chat().ask(request(1)));
    assertThat(error.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(error).hasMessageContaining("cannot be reached (ConnectException) 4 times");
  }

  @Test
  void aServerThatIsSurelyDownIsAskedOncePerRequestUntilItIsBack() {
    endpoint.always(r -> Answer.error(500, "oops"));
    OpenAiChat chat = chat(1, PATIENT);
    for (int i = 0; i < 8; i++) {
      refusal(chat.ask(request(1)));
    }
    assertThat(endpoint.requests).hasSize(8 * (1 + RETRIES));
    refusal(chat.ask(request(1)));
    assertThat(endpoint.requests).hasSize(8 * (1 + RETRIES) + 1);
    endpoint.always(r -> Answer.choices(1));
    chat.ask(request(1)).join();
    endpoint.always(r -> Answer.error(500, "oops"));
    refusal(chat.ask(request(1)));
    assertThat(endpoint.requests).hasSize(9 * (1 + RETRIES) + 2);
  }

  @Test
  void noErrorTellsWhatWasSaidOrASecret() {
    String url = endpoint.url().replace("http://", "http://me:pass@") + "?token=t";
    for (int status : new int[] {400, 401, 403, 404, 413, 418, 422, 429, 500}) {
      endpoint.always(
          r ->
              Answer.error(
                  status,
                  "{\"error\":{\"message\":%s}}"
                      .formatted(r.findValue("messages").get(3).get("content"))));
      ChatException error = refusal(chat(url, 1, PATIENT, waits::add).ask(request(1)));
      assertThat(error)
          .hasNoCause()
          .hasMessageContaining("http://127.0.0.1:")
          .hasMessageNotContainingAny(Chats.SECRET, "pass", "token", "key-1");
    }
  }

  @Test
  void anAddressThatIsNoneIsRefusedWithoutRepeatingIt() {
    for (String url : new String[] {"localhost:8000/v1", "ftp://x:secret@y", "http://a b", ""}) {
      assertThatThrownBy(() -> chat(url, 1, PATIENT, waits::add))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("http://host:port/v1")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void anEndpointThatRefusesSeedsIsAskedWithoutFromThenOn() {
    String refused = "{\"error\":{\"message\":\"Unsupported parameter\",\"param\":\"seed\"}}";
    endpoint.always(r -> r.has("seed") ? Answer.error(400, refused) : Answer.choices(1));
    OpenAiChat chat = chat();
    assertThat(chat.ask(request("x", 1, OptionalLong.of(7))).join().texts()).hasSize(1);
    assertThat(chat.ask(request("y", 1, OptionalLong.of(7))).join().texts()).hasSize(1);
    assertThat(endpoint.requests)
        .extracting(r -> r.has("seed"))
        .containsExactly(true, false, false);
    assertThat(waits).isEmpty();
  }

  @Test
  void aRefusalThatNamesTheFieldInItsOwnFormIsUnderstoodToo() {
    endpoint.always(
        r ->
            r.has("seed")
                ? Answer.error(
                    422, "{\"detail\":[{\"loc\":[\"body\",\"seed\"],\"msg\":\"extra\"}]}")
                : Answer.choices(1));
    assertThat(chat().ask(request("x", 1, OptionalLong.of(7))).join().texts()).hasSize(1);
  }

  @Test
  void aRefusalForAnotherReasonStays() {
    endpoint.always(
        r -> Answer.error(400, "{\"error\":{\"message\":\"seed: no\",\"param\":\"messages\"}}"));
    OpenAiChat chat = chat();
    assertThat(refusal(chat.ask(request("x", 2, OptionalLong.of(7)))).kind())
        .isEqualTo(Kind.REFUSED);
    assertThat(endpoint.requests).hasSize(1);
    endpoint.always(r -> Answer.choices(1));
    chat.ask(request("x", 1, OptionalLong.of(7))).join();
    assertThat(endpoint.requests.get(1).has("seed")).isTrue();
  }

  @Test
  void anEndpointThatRefusesSeveralChoicesOrTheOldTokenLimitIsAskedInItsWay() {
    endpoint.always(
        r -> {
          if (r.has("max_tokens")) {
            return Answer.error(
                400,
                "{\"error\":{\"message\":\"use 'max_completion_tokens' instead of 'max_tokens'\"}}");
          }
          return r.path("n").asInt(1) > 1
              ? Answer.error(400, "{\"error\":{\"message\":\"'n' must be at most 1\"}}")
              : Answer.choices(1);
        });
    OpenAiChat chat = chat();
    assertThat(chat.ask(request(3)).join().texts()).hasSize(3);
    assertThat(endpoint.requests).hasSize(2 + 3);
    assertThat(endpoint.requests.get(4).get("max_completion_tokens").asInt()).isEqualTo(16);
    assertThat(chat.ask(request(2)).join().texts()).hasSize(2);
    assertThat(endpoint.requests).hasSize(2 + 3 + 2);
  }

  @Test
  void asManyCallsAsAllowedAreUnderWayAtOnceAndNoMore() throws InterruptedException {
    int concurrency = 6;
    CountDownLatch together = new CountDownLatch(concurrency);
    AtomicInteger underWay = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    endpoint.always(
        r -> {
          most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
          together.countDown();
          try {
            // Ends only once six are here.
            boolean met = together.await(60, TimeUnit.SECONDS);
            return met ? Answer.choices(1) : Answer.error(400, "{}");
          } catch (InterruptedException e) {
            return Answer.error(400, "{}");
          } finally {
            underWay.decrementAndGet();
          }
        });
    OpenAiChat chat = chat(concurrency, PATIENT);
    List<CompletableFuture<ChatReply>> replies = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      replies.add(chat.ask(request(1)));
    }
    replies.forEach(CompletableFuture::join);
    assertThat(most.get()).isEqualTo(concurrency);
    assertThat(chat.progress()).isEqualTo(new CallProgress(60, 0, 0));
  }

  @Test
  void closingGivesUpWhatHangsWhatWaitsAndWhatIsQueued() throws InterruptedException {
    CountDownLatch waiting = new CountDownLatch(1);
    CountDownLatch hanging = new CountDownLatch(1);
    endpoint.always(
        r -> {
          if (r.get("messages").get(3).get("content").asText().equals("hang")) {
            hanging.countDown();
            return Answer.hang();
          }
          return Answer.error(500, "oops");
        });
    OpenAiChat chat =
        chat(
            endpoint.url(),
            2,
            Duration.ofHours(1),
            time -> {
              waiting.countDown();
              new CountDownLatch(1).await();
            });
    CompletableFuture<ChatReply> hung = chat.ask(request("hang", 1, OptionalLong.empty()));
    CompletableFuture<ChatReply> waits = chat.ask(request("fail", 1, OptionalLong.empty()));
    CompletableFuture<ChatReply> queued = chat.ask(request("queued", 1, OptionalLong.empty()));
    hanging.await();
    waiting.await();
    chat.close();
    for (CompletableFuture<ChatReply> reply : List.of(hung, waits, queued)) {
      assertThat(reply).isCompletedExceptionally();
      assertThat(refusal(reply).kind()).isEqualTo(Kind.CLOSED);
    }
    assertThat(refusal(chat.ask(request(1))).kind()).isEqualTo(Kind.CLOSED);
    assertThat(endpoint.requests).hasSize(2);
  }
}

package io.hydra.serving.llm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.hydra.model.prompt.ChatMessage;
import io.hydra.serving.async.Failures;
import io.hydra.serving.llm.OpenAiOptions.TokenLimit;
import io.hydra.serving.testing.ManualTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a real HTTP server on loopback. */
class OpenAiLlmClientTest {
  private static final LlmRequest REQUEST =
      new LlmRequest(
          List.of(
              new ChatMessage(ChatMessage.Role.SYSTEM, "be brief"),
              new ChatMessage(ChatMessage.Role.USER, "colour?"),
              new ChatMessage(ChatMessage.Role.ASSISTANT, "blue"),
              new ChatMessage(ChatMessage.Role.USER, "and now?")),
          3,
          0.7,
          16);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final ManualTime time = new ManualTime();
  private final CountDownLatch testEnded = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile String requestBody;
  private volatile String authorization;
  private volatile int status = 200;
  private volatile String retryAfter;
  private volatile String replyBody;
  private volatile boolean hang;
  private HttpServer server;
  private OpenAiLlmClient client;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v1/chat/completions", this::respond);
    server.start();
    client = client(TokenLimit.MAX_TOKENS);
  }

  private OpenAiLlmClient client(TokenLimit limit) {
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    return new OpenAiLlmClient(new OpenAiOptions(url, "small", "key-1", limit, 8), time);
  }

  @AfterEach
  void stop() {
    testEnded.countDown();
    client.close();
    server.stop(0);
    threads.shutdownNow();
  }

  private void respond(HttpExchange exchange) throws IOException {
    requestBody = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    authorization = exchange.getRequestHeaders().getFirst("Authorization");
    if (hang) {
      try {
        testEnded.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    if (retryAfter != null) {
      exchange.getResponseHeaders().add("Retry-After", retryAfter);
    }
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    byte[] body = replyBody.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  void asksForAllSamplesInOneCallAndReadsThem() throws IOException {
    replyBody = reply("small-2026", "red", "green", "red");
    LlmReply reply = client.complete(REQUEST, TIMEOUT).join();
    assertThat(reply).isEqualTo(new LlmReply("small-2026", List.of("red", "green", "red"), 40, 6));
    JsonNode sent = new ObjectMapper().readTree(requestBody);
    assertThat(sent.get("model").asText()).isEqualTo("small");
    assertThat(sent.get("n").asInt()).isEqualTo(3);
    assertThat(sent.get("temperature").asDouble()).isEqualTo(0.7);
    assertThat(sent.get("max_tokens").asInt()).isEqualTo(16);
    assertThat(sent.has("max_completion_tokens")).isFalse();
    assertThat(sent.has("seed")).isFalse();
    assertThat(sent.get("messages"))
        .extracting(m -> m.get("role").asText())
        .containsExactly("system", "user", "assistant", "user");
    assertThat(authorization).isEqualTo("Bearer key-1");
  }

  @Test
  void theNewerTokenLimitIsSentWhereItIsChosen() throws IOException {
    replyBody = reply("m", "red");
    try (OpenAiLlmClient newer = client(TokenLimit.MAX_COMPLETION_TOKENS)) {
      newer.complete(REQUEST, TIMEOUT).join();
    }
    JsonNode sent = new ObjectMapper().readTree(requestBody);
    assertThat(sent.get("max_completion_tokens").asInt()).isEqualTo(16);
    assertThat(sent.has("max_tokens")).isFalse();
  }

  @Test
  void fewerChoicesThanAskedForAreAReply() {
    replyBody = reply("m", "red");
    assertThat(client.complete(REQUEST, TIMEOUT).join().texts()).containsExactly("red");
  }

  @Test
  void aReplyWithTheBareMinimumIsRead() {
    replyBody = "{\"choices\":[{\"message\":{\"content\":\"red\"}}]}";
    assertThat(client.complete(REQUEST, TIMEOUT).join())
        .isEqualTo(new LlmReply("small", List.of("red"), 0, 0));
  }

  @Test
  void tooManyRequestsIsRetriableAfterWhatTheServerAsks() {
    status = 429;
    retryAfter = "3";
    replyBody = "{\"error\":{\"message\":\"slow down\",\"code\":\"rate_limit_exceeded\"}}";
    LlmException.Retriable error = retriable();
    assertThat(error).hasMessageContaining("429").hasMessageNotContaining("slow down");
    assertThat(error.retryAfter()).hasValue(Duration.ofSeconds(3));
  }

  @Test
  void aSpentQuotaIsNotRetriable() {
    status = 429;
    replyBody = "{\"error\":{\"message\":\"pay\",\"code\":\"insufficient_quota\"}}";
    assertThat(failure(TIMEOUT)).isInstanceOf(LlmException.Fatal.class);
  }

  @Test
  void aServerErrorIsRetriable() {
    status = 500;
    replyBody = "oops";
    assertThat(retriable()).hasMessageContaining("500");
    assertThat(retriable().retryAfter()).isEmpty();
  }

  @Test
  void garbageIsRetriable() {
    replyBody = "<html>hello</html>";
    assertThat(retriable()).hasMessageContaining("cannot be read");
    replyBody = "{\"choices\": \"none\"}";
    assertThat(retriable()).hasMessageContaining("no text");
    replyBody = reply("m", " ", "");
    assertThat(retriable()).hasMessageContaining("no text");
  }

  @Test
  void aWrongKeyIsNotRetriableAndSaysWhatToCheck() {
    status = 401;
    replyBody = "{\"error\":{\"message\":\"no\"}}";
    assertThat(failure(TIMEOUT))
        .isInstanceOf(LlmException.Fatal.class)
        .hasMessageContaining("HYDRA_LLM_API_KEY");
  }

  @Test
  void aServerThatHangsIsGivenUpAfterTheTimeout() {
    hang = true;
    replyBody = reply("m", "late");
    assertThat(failure(Duration.ofMillis(200)))
        .isInstanceOf(LlmException.Retriable.class)
        .hasMessageContaining("in time");
  }

  @Test
  void anAbsentServerIsRetriable() {
    server.stop(0);
    assertThat(retriable()).hasMessageContaining("cannot be reached");
  }

  private LlmException.Retriable retriable() {
    return (LlmException.Retriable) failure(TIMEOUT);
  }

  private Throwable failure(Duration timeout) {
    CompletableFuture<LlmReply> reply = client.complete(REQUEST, timeout);
    return Failures.unwrap(Assertions.catchThrowableOfType(CompletionException.class, reply::join));
  }

  private static String reply(String model, String... texts) {
    StringBuilder choices = new StringBuilder();
    for (int i = 0; i < texts.length; i++) {
      choices
          .append(i == 0 ? "" : ",")
          .append("{\"index\":%d,\"finish_reason\":\"stop\",".formatted(i))
          .append("\"message\":{\"role\":\"assistant\",\"content\":\"%s\"}}".formatted(texts[i]));
    }
    return """
        {"id":"1","object":"chat.completion","created":1,"model":"%s","choices":[%s],
         "usage":{"prompt_tokens":40,"completion_tokens":6,"total_tokens":46}}
        """
        .formatted(model, choices);
  }
}

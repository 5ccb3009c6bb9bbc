package io.hydra.ingest.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.hydra.ingest.gateway.TestGateway.Answer;
import io.hydra.ingest.gateway.openai.PassThrough;
import io.hydra.runtime.llm.Endpoint;
import io.hydra.runtime.service.Threads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PassThroughTest {
  private static final int AT_A_TIME = 8;
  private static final String PATH = "/v1/chat/completions";

  @TempDir Path dir;
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile int status = 429;
  private volatile String upgrade;
  private HttpServer llm;
  private TestGateway gateway;

  @BeforeEach
  void open() throws IOException {
    llm = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    llm.createContext(
        "/",
        exchange -> {
          upgrade = exchange.getRequestHeaders().getFirst("Upgrade");
          seen.add(
              exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization")
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
          exchange.getResponseHeaders().set("X-Request-Id", "r-1");
          exchange.getResponseHeaders().set("Set-Cookie", "secret");
          exchange.sendResponseHeaders(status, 0);
          exchange.getResponseBody().write("data: {}\n\n".getBytes(UTF_8));
          exchange.close();
        });
    llm.createContext(
        "/stalls",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write("data: {}\n\n".getBytes(UTF_8));
          exchange.getResponseBody().flush();
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    llm.setExecutor(Executors.newCachedThreadPool(Threads.daemons("llm")));
    llm.start();
    gateway =
        new TestGateway(
            dir,
            TestGateway.LIMITS,
            new PassThrough(
                Endpoint.of(
                    "http://127.0.0.1:%d/v1/?key=1".formatted(llm.getAddress().getPort()),
                    "llm-key\n"),
                "the-model",
                Duration.ofSeconds(10),
                AT_A_TIME));
  }

  private TestGateway impatient() {
    return new TestGateway(
        dir,
        TestGateway.LIMITS,
        new PassThrough(
            Endpoint.of("http://127.0.0.1:%d/stalls".formatted(llm.getAddress().getPort()), ""),
            "the-model",
            Duration.ofMillis(500),
            1));
  }

  @AfterEach
  void close() {
    gateway.close();
    end.countDown();
    llm.stop(0);
  }

  @Test
  void anotherModelGoesToTheLlmByteForByteAndItsAnswerBack() {
    String body = "{ \"model\" : \"gpt-4o\",  \"n\": 3, \"tools\": [] }";
    Answer answer = gateway.post(PATH, body);
    assertThat(seen).containsExactly("/v1/chat/completions?key=1 Bearer llm-key " + body);
    assertThat(upgrade).as("to HTTP/2").isNull();
    assertThat(answer.response().statusCode()).isEqualTo(429);
    assertThat(answer.body()).isEqualTo("data: {}\n\n");
    assertThat(answer.header("X-Request-Id")).isEqualTo("r-1");
    assertThat(answer.header("Set-Cookie")).isEmpty();
    assertThat(gateway.backend.queries).isEmpty();
  }

  @Test
  void aTaskWithoutAUserGoesToTheModelThatTasksUse() {
    gateway.post(PATH, "{\"model\":\"hydra/LaMP_3\",\"messages\":[]}");
    assertThat(seen.get(0)).endsWith("{\"model\":\"the-model\",\"messages\":[]}");
  }

  @Test
  void aTaskWithAUserDoesNot() {
    gateway.post(
        PATH,
        "{\"model\":\"hydra/LaMP_3\",\"user\":\"ann\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}");
    assertThat(seen).isEmpty();
    assertThat(gateway.backend.queries).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 407})
  void whatTheLlmSaysOfOurKeyIsNotPassedBack(int refused) {
    status = refused;
    for (int i = 0; i <= AT_A_TIME; i++) {
      Answer answer = gateway.post(PATH, "{\"model\":\"gpt-4o\"}");
      assertThat(answer.status()).isEqualTo(502);
      assertThat(answer.body()).doesNotContain("data:");
    }
  }

  @Test
  void answersThatHaveEndedMakeRoom() {
    for (int i = 0; i < 3 * AT_A_TIME; i++) {
      assertThat(gateway.post(PATH, "{\"model\":\"gpt-4o\"}").status()).isEqualTo(429);
    }
  }

  @Test
  void anAnswerThatStallsIsBrokenOffAndMakesRoom() throws IOException {
    String request =
        "POST %s HTTP/1.1\nHost: a\nAuthorization: Bearer %s\nConnection: close\nContent-Length: 18\n\n{\"model\":\"gpt-4o\"}"
            .formatted(PATH, TestGateway.KEY);
    try (TestGateway impatient = impatient()) {
      for (int i = 0; i < 2; i++) {
        try (Wire wire = new Wire(impatient.port())) {
          assertThat(wire.send(request).readToEnd())
              .startsWith("HTTP/1.1 200")
              .contains("data: {}")
              .doesNotContain("\r\n0\r\n");
        }
      }
    }
  }

  @Test
  void moreThanMayBePassedOnAreNotSentToTheLlm() throws IOException {
    TestGateway full =
        new TestGateway(
            dir,
            TestGateway.LIMITS,
            new PassThrough(
                Endpoint.of("http://127.0.0.1:%d/v1".formatted(llm.getAddress().getPort()), ""),
                "the-model",
                Duration.ofSeconds(10),
                0));
    try (full) {
      Answer answer = full.post(PATH, "{\"model\":\"gpt-4o\"}");
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.header("Retry-After")).isNotEmpty();
      assertThat(seen).isEmpty();
    }
  }

  @Test
  void anLlmThatIsAwayIsABadGateway() {
    llm.stop(0);
    assertThat(gateway.post(PATH, "{\"model\":\"gpt-4o\"}").status()).isEqualTo(502);
  }

  @Test
  void noKeyHasMoreAnswersPassedOnThanItsShare() throws IOException {
    String request =
        "POST %s HTTP/1.1\nHost: a\nAuthorization: Bearer %s\nContent-Length: 18\n\n{\"model\":\"gpt-4o\"}"
            .formatted(PATH, TestGateway.KEY);
    TestGateway shared =
        new TestGateway(
            dir,
            TestGateway.LIMITS,
            new PassThrough(
                Endpoint.of("http://127.0.0.1:%d/stalls".formatted(llm.getAddress().getPort()), ""),
                "the-model",
                Duration.ofMinutes(1),
                4));
    try (shared;
        Wire wire = new Wire(shared.port())) {
      assertThat(wire.send(request).readUntil("data: {}")).startsWith("HTTP/1.1 200");
      String body = "{\"model\":\"gpt-4o\"}";
      assertThat(shared.post(PATH, body).status()).isEqualTo(429);
      // Its own room is there: the LLM's answer begins, and never ends.
      String other = request.replace(TestGateway.KEY, TestGateway.OTHER_TENANTS_KEY);
      try (Wire second = new Wire(shared.port())) {
        assertThat(second.send(other).readUntil("data: {}")).startsWith("HTTP/1.1 200");
      }
      end.countDown();
    }
  }
}

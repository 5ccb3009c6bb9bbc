package io.hydra.ingest.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.hydra.ingest.gateway.TestGateway.Answer;
import io.hydra.ingest.gateway.http.Limits;
import io.hydra.ingest.gateway.openai.PassThrough;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassThroughTest {
  private static final String PATH = "/v1/chat/completions";

  @TempDir Path dir;
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private HttpServer llm;
  private TestGateway gateway;

  @BeforeEach
  void open() throws IOException {
    llm = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    llm.createContext(
        "/",
        exchange -> {
          seen.add(
              exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization")
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
          exchange.getResponseHeaders().set("X-Request-Id", "r-1");
          exchange.getResponseHeaders().set("Set-Cookie", "secret");
          exchange.sendResponseHeaders(429, 0);
          exchange.getResponseBody().write("data: {}\n\n".getBytes(UTF_8));
          exchange.close();
        });
    llm.start();
    gateway =
        new TestGateway(
            dir,
            Limits.DEFAULT,
            new PassThrough(
                "http://127.0.0.1:%d/v1/?api-version=1".formatted(llm.getAddress().getPort()),
                "the-model",
                "llm-key",
                Duration.ofSeconds(10)));
  }

  @AfterEach
  void close() {
    gateway.close();
    llm.stop(0);
  }

  @Test
  void anotherModelGoesToTheLlmByteForByteAndItsAnswerBack() {
    String body = "{ \"model\" : \"gpt-4o\",  \"n\": 3, \"tools\": [] }";
    Answer answer = gateway.post(PATH, body);
    assertThat(seen).containsExactly("/v1/chat/completions?api-version=1 Bearer llm-key " + body);
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

  @Test
  void anLlmThatIsAwayIsABadGateway() {
    llm.stop(0);
    assertThat(gateway.post(PATH, "{\"model\":\"gpt-4o\"}").status()).isEqualTo(502);
  }
}

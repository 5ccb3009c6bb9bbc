package io.hydra.runtime.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.runtime.metrics.Metrics;
import io.hydra.runtime.option.OpsOptions;
import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.time.ManualTime;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpsServerTest {
  private final HttpClient http = HttpClient.newHttpClient();
  private final ManualTime time = new ManualTime();
  private final Metrics metrics = new Metrics();
  private String state = "STARTING";
  private boolean failed;
  private boolean running;
  private final Health health = new Health("fake", time, () -> state, () -> failed, metrics);
  private final OpsServer server = OpsServer.start(OpsOptions.LOOPBACK, 0, health.pages());

  @AfterEach
  void close() {
    server.close();
    metrics.close();
  }

  private HttpResponse<String> send(String method, String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private int status(String path) throws Exception {
    return send("GET", path).statusCode();
  }

  @Test
  void listensOnLoopbackUnlessToldOtherwise() {
    assertThat(new OpsOptions().host()).isEqualTo(OpsOptions.LOOPBACK);
    assertThat(server.address().getAddress().isLoopbackAddress()).isTrue();
  }

  @Test
  void readyIsWarmAndWorkingAndNotDraining() throws Exception {
    health.require("the consumer does not run", () -> running);

    assertThat(send("GET", "/health/ready").body()).isEqualTo("starting\n");
    assertThat(status("/health/ready")).isEqualTo(503);
    assertThat(status("/health/live")).isEqualTo(200);

    state = "READY";
    assertThat(send("GET", "/health/ready").body()).isEqualTo("the consumer does not run\n");
    running = true;
    assertThat(status("/health/ready")).isEqualTo(200);

    state = "STOPPING";
    assertThat(send("GET", "/health/ready").body()).isEqualTo("stopping\n");
    assertThat(status("/health/live")).isEqualTo(200);

    failed = true;
    assertThat(status("/health/live")).isEqualTo(503);
  }

  @Test
  void theStatusNamesWhatIsWaitedForAndSinceWhen() throws Exception {
    Outage outage = new Outage("the fake of OpsServerTest", time::nanos);
    outage.began("away");
    time.advance(Duration.ofSeconds(90));

    JsonNode status = new ObjectMapper().readTree(send("GET", "/status").body());

    assertThat(status.path("service").asText()).isEqualTo("fake");
    assertThat(status.path("uptimeSeconds").asInt()).isEqualTo(90);
    assertThat(status.path("ready").asBoolean()).isFalse();
    JsonNode waiting = status.path("waitingFor").path(0);
    assertThat(waiting.path("dependency").asText()).isEqualTo("the fake of OpsServerTest");
    assertThat(waiting.path("since").asText()).isEqualTo(ManualTime.START.toString());
    assertThat(send("GET", "/metrics").body())
        .contains("hydra_outage{dependency=\"the fake of OpsServerTest\"} 1.0");

    outage.ended();
    assertThat(new ObjectMapper().readTree(send("GET", "/status").body()).path("waitingFor"))
        .isEmpty();
    assertThat(send("GET", "/metrics").body())
        .contains("hydra_outage{dependency=\"the fake of OpsServerTest\"} 0.0")
        .contains("hydra_failed_attempts_total{dependency=\"the fake of OpsServerTest\"} 1.0");
  }

  @Test
  void metricsOfAnotherRegistryFollow() throws Exception {
    health.expose(out -> out.write("another_metric 1\n"));

    HttpResponse<String> page = send("GET", "/metrics");

    assertThat(page.headers().firstValue("Content-Type")).hasValue(Metrics.CONTENT_TYPE);
    assertThat(page.body()).contains("jvm_memory_used_bytes").endsWith("\nanother_metric 1\n");
  }

  @Test
  void whoAsksForOurMetricsIsSparedThoseOfLibraries() throws Exception {
    health.expose(out -> out.write("another_metric 1\n"));

    assertThat(send("GET", "/metrics?own").body())
        .contains("process_start_time_seconds")
        .doesNotContain("jvm_memory")
        .endsWith("\nanother_metric 1\n");
    assertThat(send("GET", "/metrics?other").body()).contains("jvm_memory_used_bytes");
  }

  @Test
  void itTakesNoCommands() throws Exception {
    assertThat(send("POST", "/status").statusCode()).isEqualTo(405);
    assertThat(send("HEAD", "/metrics").statusCode()).isEqualTo(200);
    assertThat(status("/")).isEqualTo(404);
    assertThat(status("/status/x")).isEqualTo(404);
  }

  @Test
  void aBrowserTakesNothingFromElsewhereAndKeepsNothing() throws Exception {
    HttpHeaders headers = send("GET", "/status").headers();

    assertThat(headers.firstValue("Content-Security-Policy").orElseThrow())
        .startsWith("default-src 'none';")
        .contains("frame-ancestors 'none'")
        .doesNotContain("unsafe", "http", "*");
    assertThat(headers.firstValue("Cache-Control")).hasValue("no-store");
    assertThat(headers.firstValue("X-Content-Type-Options")).hasValue("nosniff");
  }

  @Test
  void aPageWhoseNameWasMadeToLeadHereReadsNothing() throws Exception {
    assertThat(firstLine("evil.example")).contains(" 403 ");
    assertThat(firstLine("localhost:" + server.port())).contains(" 200 ");
    assertThat(firstLine("[::1]")).contains(" 200 ");
    assertThat(firstLine("127.0.0.1.evil.example")).contains(" 403 ");
  }

  private String firstLine(String host) throws IOException {
    try (Socket socket = new Socket(OpsOptions.LOOPBACK, server.port())) {
      socket
          .getOutputStream()
          .write(
              ("GET /status HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void slowSendersDoNotKeepHealthFromBeingAsked() throws Exception {
    List<Socket> slow = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Socket socket = new Socket(OpsOptions.LOOPBACK, server.port());
      slow.add(socket);
      socket.getOutputStream().write("GET /health/live HT".getBytes(StandardCharsets.US_ASCII));
    }
    assertThat(status("/health/live")).isEqualTo(200);
    for (Socket socket : slow) {
      // None was cut, as one would be that health had to wait for.
      try (socket) {
        socket
            .getOutputStream()
            .write(
                "TP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
            .startsWith("HTTP/1.1 200");
      }
    }
  }

  @Test
  void aTakenPortIsOneLineWithTheRemedy() {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> OpsServer.start(OpsOptions.LOOPBACK, server.port(), health.pages()))
        .withMessageContaining("--ops-port");
  }

  @Test
  void aPageThatFailsInTheMiddleDoesNotPassForAWholeOne() {
    health.expose(
        out -> {
          out.write("a_metric 1\n".repeat(10_000));
          throw new IllegalStateException("no more");
        });
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> send("GET", "/metrics"));
  }
}

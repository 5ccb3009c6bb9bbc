package io.hydra.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.ingest.gateway.http.Limits;
import io.hydra.schemas.avro.Response;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that no well-behaved client opens. */
class ConnectionsTest {
  private static final String HEAD =
      "POST /v1/events HTTP/1.1\nHost: gateway\nAuthorization: Bearer %s\nContent-Type: application/json\n"
          .formatted(TestGateway.KEY);
  private static final String NEXT =
      "GET /openapi.json HTTP/1.1\nHost: gateway\nConnection: close\n\n";
  private static final String EVENT =
      "{\"user_id\":\"ann\",\"task\":\"t\",\"interaction\":{\"input\":\"x\",\"output\":\"2\"}}";
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofSeconds(1);

  @TempDir Path dir;

  private TestGateway gateway(int maxConnections, Duration idle, Duration bodyTime) {
    return new TestGateway(
        dir, new Limits(64 * 1024, 256 * 1024, maxConnections, idle, bodyTime, LONG), null);
  }

  private TestGateway withoutRoom(long maxHeldBytes) {
    return new TestGateway(dir, new Limits(64 * 1024, maxHeldBytes, 100, LONG, LONG, LONG), null);
  }

  private TestGateway gateway() {
    return gateway(100, LONG, LONG);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\nTransfer-Encoding: chunked\n\n0\n\n",
        "Transfer-Encoding: chunked\nContent-Length: 5\n\n0\n\n",
        "Content-Length: 5\nContent-Length: 6\n\nhello",
        "Content-Length: 5, 6\n\nhello",
        "Content-Length: +5\n\nhello",
        "Content-Length: -5\n\nhello",
        "Content-Length: 0x5\n\nhello",
        "Content-Length: 99999999999999999999\n\nhello",
        "Content-Length : 5\n\nhello",
        "Transfer-Encoding: chunked, identity\n\n0\n\n",
        "Transfer-Encoding: xchunked\n\n0\n\n",
        "X-A: b\n folded: c\nContent-Length: 5\n\nhello",
        "X A: b\nContent-Length: 5\n\nhello",
        "X-A: b\u0000c\nContent-Length: 5\n\nhello",
        "Transfer-Encoding: chunked\n\nzz\nhello\n0\n\n",
        "Transfer-Encoding: chunked\n\n-1\nhello\n0\n\n",
        "Transfer-Encoding: chunked\n\n3;\u0000\nabc\n0\n\n"
      })
  void framingThatCouldBeReadInTwoWaysEndsTheConnection(String rest) throws IOException {
    try (TestGateway gateway = gateway();
        Wire wire = new Wire(gateway.port())) {
      String replies = wire.send(HEAD + rest + NEXT).readToEnd();
      assertThat(replies).startsWith("HTTP/1.1 400").doesNotContain("\"openapi\"");
      assertThat(replies.split("HTTP/1.1 ", -1)).as(replies).hasSize(2);
      assertThat(gateway.backend.events).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /openapi.json HTTP/1.1\n\n",
        "GET /openapi.json HTTP/1.1\nHost: a\nHost: b\n\n",
        "GET /openapi.json HTTP/9.9\nHost: a\n\n",
        "GET\n\n",
        "\u0016\u0003\u0001\u0002\n\n",
        "GET http://[/ HTTP/1.1\nHost: a\n\n",
        "GET /openapi.json#x HTTP/1.1\nHost: a\n\n",
        "GET /a b HTTP/1.1\nHost: a\n\n"
      })
  void whatIsNotTheHttpSpokenHereIsRefused(String request) throws IOException {
    try (TestGateway gateway = gateway();
        Wire wire = new Wire(gateway.port())) {
      assertThat(wire.send(request).endOutput().readToEnd())
          .matches("(?s)HTTP/1.1 (400|505|426).*");
    }
  }

  @Test
  void headersTooLargeAreRefused() throws IOException {
    try (TestGateway gateway = gateway();
        Wire wire = new Wire(gateway.port())) {
      String large = "X-A: " + "a".repeat(20_000) + "\n";
      assertThat(wire.send(HEAD + large + "\n").readToEnd()).startsWith("HTTP/1.1 431");
    }
  }

  @Test
  void aBodyWithoutALengthIsCountedAsItComes() throws IOException {
    try (TestGateway gateway = gateway();
        Wire wire = new Wire(gateway.port())) {
      String chunk = "2000\r\n" + " ".repeat(0x2000) + "\r\n";
      wire.send(HEAD + "Transfer-Encoding: chunked\n\n");
      String replies = wire.sendAsIs(chunk.repeat(9)).readToEnd();
      assertThat(replies).startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void aBodyIsNotAskedForIfItsSenderIsUnknown() throws IOException {
    try (TestGateway gateway = gateway();
        Wire wire = new Wire(gateway.port())) {
      String head = HEAD.replace(TestGateway.KEY, "wrong");
      String replies = wire.send(head + "Expect: 100-continue\nContent-Length: 10\n\n").readToEnd();
      assertThat(replies).startsWith("HTTP/1.1 401").doesNotContain("100 Continue");
    }
  }

  @Test
  void aBodyThatTricklesIsCut() throws IOException {
    try (TestGateway gateway = gateway(100, LONG, SHORT);
        Wire wire = new Wire(gateway.port())) {
      assertThat(wire.send(HEAD + "Content-Length: 100\n\n{").readToEnd())
          .startsWith("HTTP/1.1 408");
      assertThat(gateway.heldBytes()).isZero();
    }
  }

  @Test
  void aBodyThatStopsIsCut() throws IOException {
    try (TestGateway gateway = gateway(100, SHORT, LONG);
        Wire wire = new Wire(gateway.port())) {
      assertThat(wire.send(HEAD + "Content-Length: 100\n\n{").readToEnd())
          .startsWith("HTTP/1.1 408");
      assertThat(gateway.heldBytes()).isZero();
    }
  }

  @Test
  void aBodyThatIsCutShortKeepsNothing() throws IOException {
    try (TestGateway gateway = gateway();
        Wire wire = new Wire(gateway.port())) {
      wire.send(HEAD + "Content-Length: 1000\n\n" + EVENT).endOutput();
      assertThat(wire.readToEnd()).matches("(?s)(HTTP/1.1 400.*)?");
      assertThat(gateway.backend.events).isEmpty();
    }
  }

  @Test
  void moreBytesThanMayBeHeldAreTurnedAway() throws IOException {
    try (TestGateway gateway = gateway()) {
      List<Wire> wires = new ArrayList<>();
      for (String key :
          List.of(
              TestGateway.KEY,
              TestGateway.OTHER_TENANTS_KEY,
              TestGateway.EVENTS_ONLY_KEY,
              TestGateway.SLOW_KEY)) {
        String head = HEAD.replace(TestGateway.KEY, key);
        wires.add(new Wire(gateway.port()).send(head + "Content-Length: 65536\n\n{"));
      }
      while (gateway.heldBytes() < 4 * 64 * 1024) {
        Thread.onSpinWait();
      }
      TestGateway.Answer answer = gateway.post("/v1/events", EVENT);
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.header("Retry-After")).isNotEmpty();
      for (Wire wire : wires) {
        wire.close();
      }
      while (gateway.heldBytes() > 0) {
        Thread.onSpinWait();
      }
      assertThat(gateway.post("/v1/events", EVENT).status()).isEqualTo(202);
    }
  }

  @Test
  void noKeyHoldsMoreThanItsShare() throws IOException {
    try (TestGateway gateway = gateway();
        Wire wire = new Wire(gateway.port())) {
      wire.send(HEAD + "Content-Length: 65536\n\n{");
      while (gateway.heldBytes() < 64 * 1024) {
        Thread.onSpinWait();
      }
      TestGateway.Answer answer = gateway.post("/v1/events", EVENT);
      assertThat(answer.status()).isEqualTo(429);
      assertThat(answer.header("Retry-After")).isNotEmpty();
      String other = "Bearer " + TestGateway.OTHER_TENANTS_KEY;
      assertThat(gateway.post("/v1/events", EVENT, "Authorization", other).status()).isEqualTo(202);
    }
  }

  @Test
  void aBodyWithoutALengthTakesWhatHasCome() throws IOException {
    try (TestGateway gateway = gateway();
        Wire wire = new Wire(gateway.port())) {
      wire.send(HEAD + "Transfer-Encoding: chunked\n\n1\n{\n");
      while (gateway.heldBytes() == 0) {
        Thread.onSpinWait();
      }
      assertThat(gateway.heldBytes()).isEqualTo(1);
    }
  }

  @Test
  void aRequestWithoutABodyTakesNoRoom() throws IOException {
    try (TestGateway gateway = withoutRoom(10);
        Wire wire = new Wire(gateway.port())) {
      String head = HEAD.replace("POST /v1/events", "GET /v1/models");
      assertThat(wire.send(head + "Connection: close\n\n").readToEnd()).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void whileAnAnswerIsAwaitedOnlyTheBodyIsHeld() throws IOException {
    try (TestGateway gateway = gateway();
        Wire wire = new Wire(gateway.port())) {
      AtomicLong held = new AtomicLong();
      gateway.backend.answers =
          query -> {
            held.set(gateway.heldBytes());
            return CompletableFuture.completedFuture(InMemoryBackend.answer(query, "Here."));
          };
      String query = "{\"user_id\":\"ann\",\"task\":\"t\",\"input\":\"x\"}";
      String replies =
          wire.send(
                  HEAD.replace("events", "queries")
                      + "Connection: close\nTransfer-Encoding: chunked\n\n%x\n%s\n0\n\n"
                          .formatted(query.length(), query))
              .readToEnd();
      assertThat(replies).startsWith("HTTP/1.1 200");
      assertThat(held).hasValue(query.length());
    }
  }

  @Test
  void aThousandIdleConnectionsHoldUpNobodyAndAreCut() throws IOException {
    try (TestGateway gateway = gateway(2_000, Duration.ofSeconds(2), LONG)) {
      List<Wire> idle = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        idle.add(new Wire(gateway.port()).send(i % 2 == 0 ? "" : "POST /v1/events HTTP/1.1\nHo"));
      }
      assertThat(gateway.post("/v1/events", EVENT).status()).isEqualTo(202);
      for (Wire wire : idle) {
        assertThat(wire.readToEnd()).matches("(?s)(HTTP/1.1 (400|408).*)?");
        wire.close();
      }
      // On a connection of its own: the client's may be cut for idleness just then.
      try (Wire wire = new Wire(gateway.port())) {
        assertThat(wire.send(NEXT).readToEnd()).startsWith("HTTP/1.1 200");
      }
    }
  }

  @Test
  void whoWaitsForAnAnswerIsNotIdle() throws Exception {
    try (TestGateway gateway = gateway(100, SHORT, LONG);
        Wire idle = new Wire(gateway.port())) {
      CompletableFuture<Response> held = new CompletableFuture<>();
      CompletableFuture<HttpResponse<String>> waiting = ask(gateway, held);
      for (int i = 0; i < 3; i++) {
        try (Wire wire = new Wire(gateway.port())) {
          assertThat(wire.readToEnd()).as("cut for idleness").isEmpty();
        }
      }
      assertThat(waiting).isNotDone();
      held.complete(InMemoryBackend.answer(gateway.backend.queries.get(0), "At last."));
      assertThat(waiting.get().body()).contains("At last.");
    }
  }

  @Test
  void stoppingAnswersWhatIsUnderWay() throws Exception {
    TestGateway gateway = gateway();
    CompletableFuture<Response> held = new CompletableFuture<>();
    CompletableFuture<HttpResponse<String>> waiting = ask(gateway, held);
    int port = gateway.port();
    Thread stop = new Thread(gateway::close);
    stop.start();
    while (accepts(port)) {
      Thread.onSpinWait();
    }
    held.complete(InMemoryBackend.answer(gateway.backend.queries.get(0), "At last."));
    assertThat(waiting.get().body()).contains("At last.");
    stop.join();
  }

  private static boolean accepts(int port) {
    try (Wire wire = new Wire(port)) {
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  private static CompletableFuture<HttpResponse<String>> ask(
      TestGateway gateway, CompletableFuture<Response> held) throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    gateway.backend.answers =
        query -> {
          asked.countDown();
          return held;
        };
    CompletableFuture<HttpResponse<String>> waiting =
        HttpClient.newHttpClient()
            .sendAsync(
                HttpRequest.newBuilder(gateway.address("/v1/queries"))
                    .header("Authorization", "Bearer " + TestGateway.KEY)
                    .POST(
                        HttpRequest.BodyPublishers.ofString(
                            "{\"user_id\":\"ann\",\"task\":\"t\",\"input\":\"x\"}"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    asked.await();
    return waiting;
  }
}

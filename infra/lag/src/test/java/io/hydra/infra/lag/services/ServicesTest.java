package io.hydra.infra.lag.services;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.hydra.infra.lag.services.Services.Service;
import io.hydra.infra.lag.services.Services.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServicesTest {
  private HttpServer server;
  private int readyStatus = 200;
  private String readyText = "ready\n";
  private int metricsStatus = 200;
  private final Set<String> asked = ConcurrentHashMap.newKeySet();
  private String metricsText = "process_start_time_seconds 1000.5\nhydra_x_total 3\n";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answer("/health/ready", () -> readyStatus, () -> readyText);
    answer("/metrics", () -> metricsStatus, () -> metricsText);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(String path, IntSupplier status, Supplier<String> text) {
    server.createContext(
        path,
        exchange -> {
          asked.add(exchange.getRequestURI().toString());
          byte[] body = text.get().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status.getAsInt(), 0);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
  }

  private Services services() {
    return new Services(
        Map.of(
            "serving",
            URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/metrics")),
        System::nanoTime);
  }

  private static Service read(Services services) throws InterruptedException {
    services.read();
    return services.view().services().get(0);
  }

  @Test
  void aReadyServiceTellsItsStartAndItsCounts() throws Exception {
    Services services = services();

    assertThat(read(services)).isEqualTo(new Service("serving", State.READY, List.of(), 1000.5, 0));
    assertThat(services.view().figures().counters().get("hydra_x_total").get("").total())
        .isEqualTo(3);
    assertThat(asked).containsExactlyInAnyOrder("/health/ready", "/metrics?own");
  }

  @Test
  void oneThatIsNotReadySaysWhy() throws Exception {
    readyStatus = 503;
    readyText = "the consumer does not run\nstarting\n";

    Service service = read(services());

    assertThat(service.state()).isEqualTo(State.NOT_READY);
    assertThat(service.reasons()).containsExactly("the consumer does not run", "starting");
  }

  @Test
  void longReasonsAreCut() throws Exception {
    readyStatus = 503;
    readyText = ("x".repeat(1_000) + "\n").repeat(100);

    assertThat(read(services()).reasons()).hasSize(5).allMatch(reason -> reason.length() == 200);
  }

  @Test
  void aRestartIsCounted() throws Exception {
    Services services = services();
    services.read();
    metricsText = "process_start_time_seconds 2000\n";

    assertThat(read(services).restarts()).isEqualTo(1);
    assertThat(read(services).restarts()).isEqualTo(1);
  }

  @Test
  void oneThatDoesNotAnswerIsSilentAndTheOthersAreRead() throws Exception {
    int port = server.getAddress().getPort();
    Map<String, URI> two = new LinkedHashMap<>();
    two.put("gone", URI.create("http://127.0.0.1:1/metrics"));
    two.put("serving", URI.create("http://127.0.0.1:" + port + "/metrics"));
    Services services = new Services(two, System::nanoTime);
    services.read();

    assertThat(services.view().services())
        .extracting(Service::state)
        .containsExactly(State.SILENT, State.READY);
    assertThat(services.view().services().get(0).reasons())
        .containsExactly("nothing listens there");
  }

  @Test
  void metricsThatCannotBeReadAreToldWithoutTheirText() throws Exception {
    metricsText = "hydra_x_total secret\n";
    assertThat(read(services()).reasons())
        .containsExactly("its metrics cannot be read: line 1 is no sample");

    metricsStatus = 404;
    assertThat(read(services()).reasons()).containsExactly("its metrics cannot be read: HTTP 404");
  }

  @Test
  void anEndlessPageIsCutOff() throws Exception {
    metricsText = "# no end\n".repeat(500_000);

    Service service = read(services());

    assertThat(service.state()).isEqualTo(State.READY);
    assertThat(service.reasons())
        .containsExactly("its metrics cannot be read: more than 4,194,304 bytes");
  }

  @Test
  void anAddressOfHealthAloneIsAskedForNoMetrics() throws Exception {
    metricsStatus = 404;
    URI health = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/health/ready");

    assertThat(read(new Services(Map.of("registry", health), System::nanoTime)))
        .isEqualTo(new Service("registry", State.READY, List.of(), null, 0));
  }

  @Test
  void redisIsPinged() throws Exception {
    assertThat(redis("+PONG\r\n").state()).isEqualTo(State.READY);
    assertThat(redis("-NOAUTH Authentication required.\r\n").state()).isEqualTo(State.READY);
    assertThat(redis("-LOADING Redis is loading the dataset in memory\r\n"))
        .isEqualTo(
            new Service(
                "redis",
                State.NOT_READY,
                List.of("LOADING Redis is loading the dataset in memory"),
                null,
                0));
    assertThat(redis("220 mail ready\r\n").state()).isEqualTo(State.SILENT);
    assertThat(redis("").state()).isEqualTo(State.SILENT);
    assertThat(read(redisAt(1)).reasons()).containsExactly("nothing listens there");
  }

  private static Services redisAt(int port) {
    return new Services(Map.of("redis", URI.create("redis://127.0.0.1:" + port)), System::nanoTime);
  }

  /** The state of a server that gives one reply. */
  private static Service redis(String reply) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread answers =
          new Thread(
              () -> {
                try (Socket client = server.accept()) {
                  byte[] unused = client.getInputStream().readNBytes("PING\r\n".length());
                  client.getOutputStream().write(reply.getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      answers.start();
      Service seen = read(redisAt(server.getLocalPort()));
      answers.join();
      return seen;
    }
  }

  @Test
  void aClusterOfFlinkHasNoHealthPage() throws Exception {
    readyStatus = 404;

    assertThat(read(services()).state()).isEqualTo(State.UNKNOWN);
  }
}

package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpServer;
import io.hydra.infra.lag.Report;
import io.hydra.infra.output.Json;
import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.process.ProcessStarter;
import io.hydra.infra.process.RunDirectory;
import io.hydra.schemas.store.EmbeddedRedis;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stack whose Redis answers, and whose other processes say nothing. */
class StatusCommandTest {
  private static final String NOWHERE = "http://127.0.0.1:9";

  @TempDir Path dir;
  private final EmbeddedRedis redis = new EmbeddedRedis();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<ManagedProcess> processes = new ArrayList<>();

  /** The lag monitor's and, if a test says so, the broker's. */
  private HttpServer pages;

  @BeforeEach
  void start() throws IOException {
    pages = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    pages.start();
    start("broker", 1);
    Map<String, Object> endpoints =
        Map.of(
            "bootstrapServers",
            "127.0.0.1:9",
            "schemaRegistryUrl",
            NOWHERE,
            "redisUrl",
            redis.url().toString(),
            "statusUrl",
            page(""),
            "metricsUrls",
            List.of(NOWHERE + "/metrics", page("/metrics")));
    Files.write(
        dir.resolve("endpoints.json"), Json.write(endpoints).getBytes(StandardCharsets.UTF_8));
  }

  @AfterEach
  void stop() {
    processes.forEach(ManagedProcess::kill);
    redis.close();
    pages.stop(0);
  }

  private String page(String path) {
    return "http://127.0.0.1:%d%s".formatted(pages.getAddress().getPort(), path);
  }

  private void serve(String path, String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    HttpContext unused =
        pages.createContext(
            path,
            exchange -> {
              exchange.sendResponseHeaders(200, body.length);
              exchange.getResponseBody().write(body);
              exchange.close();
            });
  }

  private void serveLag() {
    Instant at = Instant.parse("2026-01-31T10:00:00.123Z");
    serve("/lag", new Report("hydra", at, 1, 1, List.of(), List.of()).toJson());
  }

  /** Once more if it was started before. */
  private void start(String name, long second) {
    Clock at = Clock.fixed(Instant.ofEpochSecond(second), ZoneOffset.UTC);
    processes.add(
        new ProcessStarter(dir, new RunDirectory(dir.resolve("run")), at)
            .start(name, List.of("sleep", "1000"), Map.of(), Set.of()));
  }

  private int status() {
    return run("status");
  }

  private int run(String command) {
    return HydraCli.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(command, "--dir", dir.toString());
  }

  @Test
  void upBesideItSaysWhatHappenedAndWhatToDo() {
    assertThat(run("up")).isEqualTo(1);
    assertThat(err.toString().strip())
        .startsWith("hydra: a stack runs in " + dir + " already: hydra down stops it")
        .doesNotContain("pid");
  }

  @Test
  void componentsStandInTheirOrderHoweverOftenOneWasStartedAgain() {
    start("trainer", 2);
    start("redis", 3);
    start("gateway", 4);
    start("broker", 5);
    start("redis", 6);
    assertThat(status()).isEqualTo(1);
    assertThat(out.toString().lines().filter(line -> line.contains(" pid ")))
        .extracting(line -> line.split(" ", 2)[0])
        .containsExactly("broker", "redis", "trainer", "gateway");
  }

  @Test
  void theNextBaseIsShownBehindTheFirst() throws IOException {
    Files.writeString(dir.resolve("served-base"), "/old/base\n/new/base\n");
    assertThat(status()).isEqualTo(1);
    assertThat(out.toString().lines().map(line -> line.replaceAll(" +", " ")))
        .containsSubsequence("base unreadable, in /old/base", "next base unreadable, in /new/base");
  }

  @Test
  void aBrokerThatSaysNothingLeavesLagUnknownAndThatIsSaid() {
    assertThat(status()).isEqualTo(1);
    assertThat(out.toString()).contains("not ready: does not answer").doesNotContain(" lag ");
    assertThat(err.toString())
        .contains("warning: lag and dead letters are not known: the broker has not answered");
  }

  @Test
  void aLagOfBeforeTheBrokerWentAwayIsToldWithItsTime() {
    serveLag();
    assertThat(run("lag")).isZero();
    assertThat(err.toString())
        .contains("the broker does not answer: this was the lag at 2026-01-31T10:00:00Z");
  }

  @Test
  void aLagBesideABrokerThatAnswersIsOfNow() {
    serveLag();
    serve("/status", "{\"service\": \"broker\", \"ready\": true}");
    assertThat(run("lag")).isZero();
    assertThat(err.toString()).doesNotContain("broker");
  }

  @Test
  void choicesOfBasesThatCannotBeReadDoNotHideTheRest() {
    String unused = redis.client().set("hydra:bases", "no hash");
    assertThat(status()).isEqualTo(1);
    assertThat(out.toString()).contains("broker", "status page");
    assertThat(err.toString())
        .contains("warning: which bases were chosen is not known: Redis at redis://127.0.0.1:")
        .contains("another type (WRONGTYPE)");
  }
}

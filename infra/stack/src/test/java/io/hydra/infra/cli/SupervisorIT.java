package io.hydra.infra.cli;

import static io.hydra.infra.fault.TrialStack.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.infra.fault.TrialBase;
import io.hydra.infra.fault.TrialStack;
import io.hydra.infra.output.Json;
import io.hydra.infra.process.CommandLines;
import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.stack.Component;
import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.infra.stack.RunningStack;
import io.hydra.infra.stack.StackConfig;
import io.hydra.model.base.BaseFiles;
import io.hydra.schemas.testing.Await;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A stack as {@code hydra up} leaves it, whose processes are killed under its supervisor. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SupervisorIT {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final Duration ROUND = Duration.ofMillis(100);
  private static final int KILLED = 128 + 9;

  @TempDir static Path dir;
  private static RunningStack stack;

  /** On stderr, by the last command. */
  private static String said = "";

  /** Of the last command. */
  private static int code;

  @BeforeAll
  static void up() throws Exception {
    try (EmbeddedStack starting = EmbeddedStack.create(TrialStack.in(dir), System.out::println)) {
      starting.start(TrialBase.of());
      starting.detachSupervised(FIRST_PAUSE, LONGEST_PAUSE);
    }
    stack = new RunningStack(dir);
  }

  @AfterAll
  static void down() throws Exception {
    List<ManagedProcess> all = stack.processes();
    int unused = stack.stop(StackConfig.STOP_GRACE);
    assertThat(all).noneMatch(ManagedProcess::isAlive);
    assertThat(CommandLines.naming(dir)).isEmpty();
  }

  @Test
  @Order(1)
  void whatIsUpIsLeftAloneAndTheSupervisorIsSmall() throws Exception {
    // Lag and dead letters are missing while the broker takes its time.
    JsonNode status =
        await(found -> found.path("running").asBoolean() && found.path("deadLetters").size() > 0);
    assertThat(status.path("components")).hasSize(9);
    assertThat(status.path("components"))
        .allMatch(each -> each.path("restarts").asInt() == 0 && each.path("lastEndedAt").isNull());
    JsonNode supervisor = status.path("supervisor");
    assertThat(supervisor.path("alive").asBoolean()).isTrue();
    assertThat(supervisor.path("rssBytes").asLong()).isLessThan(100L * 1024 * 1024);
    assertThat(status.path("deadLetters").path("hydra.events.dlq").asLong(-1)).isZero();
    assertThat(status.path("base").asText()).isEqualTo(BaseFiles.check(TrialBase.of()).version());
    assertThat(status.path("basesChosen").isObject()).isTrue();
  }

  @Test
  @Order(1)
  void whatSaysThatItIsReadyIsReady() {
    JsonNode ready =
        await(
            found ->
                StreamSupport.stream(found.path("components").spliterator(), false)
                    .allMatch(each -> each.path("ready").asBoolean()));
    assertThat(ready.path("components")).hasSize(9);
    // A busy machine may leave a question unanswered for once.
    Await.until(
        "status",
        ROUND,
        () -> run(null, "status"),
        printed ->
            code == 0
                && Stream.of("serving", "redis", "registry", "broker")
                    .map(name -> Pattern.compile("(?m)^" + name + " +ready pid"))
                    .allMatch(line -> line.matcher(printed).find()));
  }

  @Test
  @Order(1)
  void historyTellsWhyThereIsNothing() {
    assertThat(run(0, "history", "--user", "nobody", "--task", "sample")).isEmpty();
    assertThat(said).contains("nothing is remembered of demo:nobody in sample");
    assertThat(run(0, "history", "--user", "nobody", "--task", "unheard-of")).isEmpty();
    assertThat(said)
        .contains("task unheard-of is not in the served base's catalogue, which holds: ");
    assertThat(run(0, "forget", "--user", "nobody", "--timeout", PATIENCE))
        .contains("forgotten up to");
    assertThat(run(0, "history", "--user", "nobody", "--task", "sample")).isEmpty();
    assertThat(said).contains("demo:nobody was forgotten up to 20");
  }

  @Test
  @Order(2)
  void loadCountsNothingThatWillBeRefusedAndTellsWhatTeachesNothing() throws Exception {
    Path file = dir.resolve("events.jsonl");
    String line =
        "{\"user_id\":\"ann\",\"task\":\"%s\",\"occurred_at\":\"%s\",\"input\":\"a"
            + " note\",\"output\":\"x\"}";
    Files.write(
        file,
        List.of(
            line.formatted("sample", "2026-01-31T10:00:00Z"),
            line.formatted("sample", "2099-01-01T00:00:00Z"),
            line.formatted("Sample", "2026-01-31T10:00:01Z")));
    String printed = run(1, "load", "--json", file.toString());
    assertThat(printed).as(said).isNotBlank();
    JsonNode summary = json(printed);
    assertThat(summary.path("events").asInt()).isEqualTo(2);
    assertThat(summary.path("users").asInt()).isEqualTo(1);
    assertThat(summary.path("forgotten").asInt(-1)).isZero();
    assertThat(summary.path("rejected").asInt()).isEqualTo(1);
    assertThat(said)
        .contains("events.jsonl:2")
        .contains("1 event of task Sample")
        .contains("1 event of task sample with an output that is none of its options");
    Await.until(
        "the event in its history",
        ROUND,
        () -> run(0, "history", "--user", "ann", "--task", "sample").contains("a note -> x"));
  }

  @Test
  @Order(3)
  void servicesThatAreKilledComeBackAndAnswer() {
    Map<String, Long> before = pids();
    kill(Component.SERVING);
    kill(Component.TRAINER);
    JsonNode status = await(found -> restarted(found, Component.SERVING, 1));
    status = await(found -> restarted(found, Component.TRAINER, 1));
    assertThat(pids().get("serving")).isNotEqualTo(before.get("serving"));
    assertThat(pids().get("trainer")).isNotEqualTo(before.get("trainer"));
    assertThat(pids().get("broker")).isEqualTo(before.get("broker"));
    assertThat(component(status, Component.BROKER).path("restarts").asInt()).isZero();

    String answer =
        run(0, "ask", "--user", "ann", "--task", "sample", "--timeout", PATIENCE, "a note");
    assertThat(answer).isNotBlank();
  }

  @Test
  @Order(4)
  void theCodeOfWhatTheSupervisorStartedIsTold() {
    kill(Component.SERVING);
    JsonNode status = await(found -> restarted(found, Component.SERVING, 2));
    assertThat(component(status, Component.SERVING).path("lastExitCode").asInt()).isEqualTo(KILLED);
  }

  @Test
  @Order(5)
  void whatCannotStartIsTriedWithPausesUntilItCan() throws Exception {
    int port = URI.create(stack.endpoints().llmBaseUrl()).getPort();
    try (ServerSocket intruder = take(port, Component.SIMULATED_LLM)) {
      assertThat(intruder.getLocalPort()).isEqualTo(port);
      int before = llm(json(run(null, "status", "--json"))).path("restarts").asInt();
      // It is up for a moment, and then away for a pause that grows.
      JsonNode status =
          await(
              found ->
                  llm(found).path("restarts").asInt() >= before + 2
                      && !llm(found).path("nextStartAt").isNull());
      assertThat(status.path("running").asBoolean()).isFalse();
      assertThat(llm(status).path("lastExitCode").asInt()).isPositive().isNotEqualTo(KILLED);
      assertThat(Path.of(llm(status).path("log").asText())).exists();
    }
    JsonNode status = await(found -> found.path("running").asBoolean());
    assertThat(llm(status).path("alive").asBoolean()).isTrue();
  }

  @Test
  @Order(6)
  void aDeadSupervisorIsTold() throws Exception {
    ManagedProcess supervisor = stack.supervisor().orElseThrow();
    supervisor.kill();
    assertThat(supervisor.awaitExit(Await.PATIENCE)).isTrue();
    assertThat(run(1, "status")).contains("the supervisor is dead").contains("hydra down");
    JsonNode status = json(run(1, "status", "--json"));
    assertThat(status.path("running").asBoolean()).isTrue();
    assertThat(status.path("supervisor").path("alive").asBoolean()).isFalse();
  }

  private static boolean restarted(JsonNode status, Component component, int times) {
    JsonNode found = component(status, component);
    return found.path("restarts").asInt() == times && found.path("alive").asBoolean();
  }

  private static JsonNode component(JsonNode status, Component component) {
    for (JsonNode each : status.path("components")) {
      if (each.path("name").asText().equals(component.id())) {
        return each;
      }
    }
    throw new AssertionError("no " + component.id() + " in " + status);
  }

  private static JsonNode llm(JsonNode status) {
    return component(status, Component.SIMULATED_LLM);
  }

  private static void kill(Component component) {
    stack.processes().stream()
        .filter(process -> process.name().equals(component.id()))
        .forEach(ManagedProcess::kill);
  }

  private static Map<String, Long> pids() {
    return stack.processes().stream()
        .collect(Collectors.toMap(ManagedProcess::name, ManagedProcess::pid));
  }

  private static JsonNode await(Predicate<JsonNode> condition) {
    return Await.until("status", ROUND, () -> json(run(null, "status", "--json")), condition);
  }

  /** Kills a process until its port is ours: one that was started again may be quicker. */
  private static ServerSocket take(int port, Component owner) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    for (; ; ) {
      kill(owner);
      try {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
      } catch (BindException stillItsOwn) {
        Thread.onSpinWait();
      }
    }
  }

  /**
   * @param expected exit code; null for any
   * @return the text printed on stdout
   */
  private static String run(Integer expected, String command, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = HydraCli.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    String[] all =
        Stream.concat(Stream.of(command, "--dir", dir.toString()), Stream.of(arguments))
            .toArray(String[]::new);
    code = line.execute(all);
    said = err.toString();
    if (expected != null) {
      assertThat(code).as("%s%s", out, err).isEqualTo(expected);
    }
    return out.toString();
  }

  private static JsonNode json(String text) {
    try {
      return Json.parse(text, JsonNode.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

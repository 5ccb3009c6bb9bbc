package io.hydra.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.ingest.gateway.TestGateway.Answer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The requests of {@link HostileTest}, sent to the tools for agents: none runs, and nothing fails.
 */
class HostileAgentTest {
  private static final List<String> TOOLS = List.of("ask", "explain", "remember", "forget");
  private static final String WHOLE =
      "{\"user_id\":\"ann\",\"task\":\"LaMP_3\",\"input\":\"x\",\"output\":\"2\"";

  @TempDir static Path dir;
  private static TestGateway gateway;

  @BeforeAll
  static void open() {
    gateway = TestGateway.withMcpWrites(dir);
  }

  @AfterAll
  static void close() {
    assertThat(gateway.backend.events).isEmpty();
    assertThat(gateway.backend.queries).isEmpty();
    assertThat(gateway.heldBytes()).as("every body was let go").isZero();
    gateway.close();
  }

  static Stream<Arguments> bodies() {
    return HostileTest.bodies();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void aMessageThatIsNoneIsRefused(String what, String body, int unused) {
    Answer answer = gateway.post("/mcp", body);
    assertThat(answer.status()).as(answer.body()).isIn(200, 400);
    assertThat(answer.body()).doesNotContain("zzz");
    if (answer.status() == 200) {
      assertThat(answer.json().at("/error/code").asInt()).isNegative();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void argumentsThatAreNoneAreRefused(String what, String body, int unused) {
    TOOLS.forEach(tool -> refuses(tool, body));
  }

  private static void refuses(String tool, String arguments) {
    String call =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":%s}}"
            .formatted(tool, arguments);
    Answer answer = gateway.post("/mcp", call);
    assertThat(answer.status()).as(answer.body()).isIn(200, 400);
    assertThat(answer.body()).doesNotContain("zzz");
    if (answer.status() == 200) {
      assertThat(answer.json().at("/result/isError").asBoolean()).as(answer.body()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"interaction\":{}",
        "\"feedback\":{}",
        "\"tenant\":\"shop\"",
        "\"occurred_at\":0",
        "\"event_id\":\"\"",
        "\"event_id\":7"
      })
  void aFieldThatTheToolHasNotIsRefusedBesideAllThatItHas(String field) {
    refuses("remember", WHOLE + "," + field + "}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"id\":1.5",
        "\"id\":true",
        "\"id\":null",
        "\"id\":[1]",
        "\"id\":1,\"method\":7",
        "\"id\":1,\"method\":null",
        "\"id\":1,\"method\":\"tools/call\",\"params\":[1]",
        "\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":{}}",
        "\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"forget\\u0000\"}",
        "\"id\":99999999999999999999999999999999,\"method\":\"none\"",
        "\"id\":1,\"result\":{}"
      })
  void aRequestThatIsNoneGetsTheProtocolsError(String rest) {
    Answer answer = gateway.post("/mcp", "{\"jsonrpc\":\"2.0\"," + rest + "}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().at("/error/code").asInt()).as(answer.body()).isNegative();
  }

  @Test
  void aVersionThatIsNotSpokenIsABadRequest() {
    String ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
    String header = "MCP-Protocol-Version";
    assertThat(gateway.post("/mcp", ping, header, "1999-01-01").status()).isEqualTo(400);
    assertThat(gateway.post("/mcp", ping, header, "2025-06-18").status()).isEqualTo(200);
  }
}

package io.hydra.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.ingest.gateway.TestGateway.Answer;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Interaction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tools for agents, by the Model Context Protocol. */
class McpTest extends GatewayTest {
  private static final String ACCEPT = "application/json, text/event-stream";

  private JsonNode request(String method, String params, String... headers) {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"%s\",\"params\":%s}".formatted(method, params);
    Answer answer = gateway.post("/mcp", body, with(headers));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.json().path("id").asInt()).isEqualTo(7);
    return answer.json();
  }

  private static String[] with(String... headers) {
    String[] all = new String[headers.length + 2];
    all[0] = "Accept";
    all[1] = ACCEPT;
    System.arraycopy(headers, 0, all, 2, headers.length);
    return all;
  }

  private JsonNode call(String tool, String arguments) {
    return request("tools/call", "{\"name\":\"%s\",\"arguments\":%s}".formatted(tool, arguments))
        .path("result");
  }

  private static JsonNode text(JsonNode result) throws Exception {
    assertThat(result.path("isError").asBoolean()).isFalse();
    return new ObjectMapper().readTree(result.at("/content/0/text").asText());
  }

  @Test
  void aClientAndTheServerAgreeOnAVersion() {
    JsonNode known = request("initialize", "{\"protocolVersion\":\"2025-03-26\"}");
    assertThat(known.at("/result/protocolVersion").asText()).isEqualTo("2025-03-26");
    assertThat(known.at("/result/capabilities/tools").isObject()).isTrue();
    assertThat(known.at("/result/serverInfo/name").asText()).isEqualTo("hydra");
    JsonNode later = request("initialize", "{\"protocolVersion\":\"2099-01-01\"}");
    assertThat(later.at("/result/protocolVersion").asText()).isEqualTo("2025-06-18");
    Answer told =
        gateway.post("/mcp", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    assertThat(told.status()).isEqualTo(202);
    assertThat(told.body()).isEmpty();
    assertThat(gateway.get("/mcp").status()).as("no stream is offered").isEqualTo(405);
  }

  @Test
  void aToolTakesTheCallersTraceAlongAndNoOtherHeader() {
    JsonNode answer =
        request(
            "tools/call",
            """
            {"name":"ask","arguments":{"user_id":"ann","task":"LaMP_3","input":"a text"}}""",
            "traceparent",
            "00-1",
            "ce-type",
            "other");
    assertThat(answer.at("/result/isError").asBoolean()).isFalse();
    assertThat(gateway.backend.headers.get(0)).containsExactly(entry("traceparent", "00-1"));
  }

  @Test
  void anAnswerIsAskedForAndExplained() throws Exception {
    JsonNode answer =
        text(call("ask", "{\"user_id\":\"ann\",\"task\":\"LaMP_3\",\"input\":\"a text\"}"));
    assertThat(answer.path("text").asText()).isEqualTo("Good strings.");
    assertThat(gateway.backend.queries.get(0).getTenant()).isEqualTo("shop");

    String query = answer.path("query_id").asText();
    JsonNode explained =
        text(call("explain", "{\"user_id\":\"ann\",\"query_id\":\"%s\"}".formatted(query)));
    assertThat(explained.at("/candidates/0/score").asDouble()).isEqualTo(0.75);
  }

  @Test
  void whatChangesSomethingIsOfferedOnlyIfTheGatewayAndTheKeyAllowIt() {
    assertThat(request("tools/list", "{}").at("/result/tools").findValuesAsText("name"))
        .containsExactly("ask", "explain");
    String remember =
        "{\"user_id\":\"ann\",\"task\":\"LaMP_3\",\"input\":\"Dull.\",\"output\":\"2\"}";
    assertThat(
            request("tools/call", "{\"name\":\"remember\",\"arguments\":" + remember + "}")
                .at("/error/code")
                .asInt())
        .isEqualTo(-32602);
    assertThat(gateway.backend.events).isEmpty();
    gateway.close();
    gateway = TestGateway.withMcpWrites(dir);

    assertThat(request("tools/list", "{}").at("/result/tools").findValuesAsText("name"))
        .containsExactly("ask", "explain", "remember", "forget");
    assertThat(call("remember", remember).path("isError").asBoolean()).isFalse();
    assertThat(call("forget", "{\"user_id\":\"ann\"}").path("isError").asBoolean()).isFalse();
    BehaviorEvent event = gateway.backend.events.get(0);
    assertThat(event.getPayload()).isEqualTo(new Interaction("Dull.", "2", null));
    assertThat(gateway.backend.events).hasSize(2);
    Answer other =
        gateway.post(
            "/mcp",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}",
            "Authorization",
            "Bearer " + TestGateway.EVENTS_ONLY_KEY);
    assertThat(other.status()).as("the role of queries is needed").isEqualTo(403);
  }

  @Test
  void aRefusalIsTheToolsResultSinceAnAgentMayMendIt() {
    JsonNode unknown = call("explain", "{\"user_id\":\"ann\",\"query_id\":\"other\"}");
    assertThat(unknown.path("isError").asBoolean()).isTrue();
    JsonNode missing = call("ask", "{\"user_id\":\"ann\",\"task\":\"LaMP_3\"}");
    assertThat(missing.path("isError").asBoolean()).isTrue();
    assertThat(missing.at("/content/0/text").asText()).isEqualTo("input must be given");
    assertThat(call("ask", "{\"who\":\"ann\"}").path("isError").asBoolean()).isTrue();
    gateway.backend.away = true;
    JsonNode away = call("ask", "{\"user_id\":\"ann\",\"task\":\"LaMP_3\",\"input\":\"x\"}");
    assertThat(away.at("/content/0/text").asText()).contains("(query_id ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/list\"}|-32601",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"x\"}}|-32602",
        "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}|-32600",
        "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}|-32600",
        "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]|-32600",
        "7|-32600",
      })
  void whatIsNotTheProtocolGetsItsError(String body, int code) {
    Answer answer = gateway.post("/mcp", body);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().at("/error/code").asInt()).isEqualTo(code);
  }

  @Test
  void withoutAKeyThereIsNothing() {
    assertThat(gateway.post("/mcp", "{}", "Authorization", "").status()).isEqualTo(401);
  }
}

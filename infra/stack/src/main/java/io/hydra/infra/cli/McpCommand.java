package io.hydra.infra.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.infra.output.Json;
import io.hydra.infra.stack.GatewayKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The gateway's tools for an agent that starts its servers itself: MCP over stdio. */
@Command(
    name = "mcp",
    description = {
      "Speak the Model Context Protocol over stdin and stdout, for agents that start their servers"
          + " themselves: passes each message on to /mcp of the running stack's gateway.",
      "Tools: ask and explain; remember and forget too, if the gateway runs with"
          + " HYDRA_GATEWAY_MCP_WRITE=true."
    })
final class McpCommand extends HydraCommand {
  private static final int INTERNAL_ERROR = -32603;

  @Mixin private StackFolder folder;

  @Override
  public Integer call() throws IOException, InterruptedException {
    URI address = URI.create(folder.running().endpoints().gatewayUrl() + "/mcp");
    String key = GatewayKey.read(folder.dir());
    HttpClient http = HttpClient.newHttpClient();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (!line.isBlank()) {
        reply(http, address, key, line)
            .ifPresent(
                reply -> {
                  out().print(reply + "\n");
                  out().flush();
                });
      }
    }
    return 0;
  }

  /** Empty where nothing is to be said: the line was a notification. */
  private static Optional<String> reply(HttpClient http, URI address, String key, String line)
      throws InterruptedException {
    String problem;
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(address)
                  .header("Authorization", "Bearer " + key)
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString(line))
                  .build(),
              BodyHandlers.ofString());
      if (answer.statusCode() == 200) {
        return Optional.of(answer.body());
      }
      if (answer.statusCode() == 202) {
        return Optional.empty();
      }
      problem = Json.parse(answer.body(), JsonNode.class).path("detail").asText();
    } catch (IOException e) {
      problem = "the gateway does not answer: see hydra status";
    }
    String told = problem;
    return id(line)
        .map(
            id ->
                Json.line(
                    Map.of(
                        "jsonrpc",
                        "2.0",
                        "id",
                        id,
                        "error",
                        Map.of("code", INTERNAL_ERROR, "message", told))));
  }

  private static Optional<JsonNode> id(String line) {
    try {
      return Optional.ofNullable(Json.parse(line, JsonNode.class).get("id"));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
